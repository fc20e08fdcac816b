import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import dbus, { type Message, type MessageBus } from 'dbus-next';
import { startProgram } from '../../ts/system/process/process.js';

/** Whether a message bus can be started here; tests that need one are skipped otherwise. */
export const hasBusDaemon = onPath('dbus-daemon');

export function onPath(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

/** A message bus of our own, listening in `folder`. */
export async function startPrivateBus(folder: string) {
  const address = `unix:path=${join(folder, 'bus')}`;
  const program = startProgram(
    'dbus-daemon',
    ['--session', '--nofork', '--print-address', `--address=${address}`],
    { stdout: 'pipe', stderr: 'pipe' },
  );
  // Without more rights it complains about its limits, and works.
  let said = '';
  program.stderr?.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  await new Promise((resolve, reject) => {
    program.stdout?.once('data', resolve);
    void program.exited.then(() => reject(new Error(`dbus-daemon has ended: ${said}`)));
  });
  return { address, stop: () => program.terminate(2_000) };
}

/** Joins the bus under a well-known name and answers each method call with what `answer` returns. */
export async function serveOnBus(
  address: string,
  name: string,
  answer: (call: Message) => { signature: string; body: unknown[] } | null,
): Promise<MessageBus> {
  const bus = dbus.sessionBus({ busAddress: address });
  bus.on('error', () => {});
  bus.addMethodHandler((call: Message) => {
    const reply = answer(call);
    if (reply !== null) bus.send(dbus.Message.newMethodReturn(call, reply.signature, reply.body));
    return reply !== null;
  });
  await bus.requestName(name, 0);
  return bus;
}
