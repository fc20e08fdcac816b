import { type CommandRun, print } from '../context.js';
import { findControlSocket } from '../control-path.js';
import { sendControl } from '../control-socket.js';

/** Texts, and the stream they go to, are the original's: scripts read them. */
export const run: CommandRun = async ({ context }) => {
  print(context.stdout, 'Stopping daemon...');
  const socketPath = await findControlSocket(context);
  const answer = await sendControl(socketPath, 'stop');
  if (answer.kind === 'failed') {
    print(context.stdout, `✗ Error: ${answer.reason}`);
    return 1;
  }
  print(context.stdout, '✓ Daemon stopping');
  return 0;
};
