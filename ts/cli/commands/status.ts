import {
  type CliContext,
  type CommandRun,
  hasFlag,
  print,
  textOption,
  wrongUsage,
} from '../context.js';
import { findControlSocket } from '../link/control-path.js';
import { sendControl } from '../link/control-socket.js';
import { describeStateName } from '../screen/bar-status.js';

export const run: CommandRun = async (call) => {
  const format = textOption(call, 'format');
  if (hasFlag(call, 'follow')) {
    const { followStatus } = await import('../screen/follow-status.js');
    return followStatus(call.context, { format: format ?? 'plain', live: hasFlag(call, 'live') });
  }
  if (format !== undefined) throw wrongUsage('--format goes with --follow');
  if (hasFlag(call, 'live')) throw wrongUsage('--live goes with --follow');
  return printStatus(call.context);
};

/** The first two lines, and the stream that errors go to, are the original's: scripts read them. */
async function printStatus(context: CliContext): Promise<number> {
  const socketPath = await findControlSocket(context);
  const answer = await sendControl(socketPath, 'status');
  if (answer.kind === 'failed') {
    print(context.stdout, `✗ Error: ${answer.reason}`);
    return 1;
  }
  const words = describeStateName(answer.state);
  print(context.stdout, `Daemon state: ${answer.state}`, ...(words === '' ? [] : [`  ${words}`]));
  await printDetails(context);
  return 0;
}

/** A daemon of the original has no more to tell. The state is known by now, so trouble here is no failure. */
async function printDetails(context: CliContext): Promise<void> {
  const { readSnapshotIfUp } = await import('../link/daemon-link.js');
  const { describeSnapshot } = await import('../screen/snapshot-lines.js');
  try {
    const snapshot = await readSnapshotIfUp(context);
    const lines = snapshot === null ? [] : describeSnapshot(snapshot);
    print(context.stdout, ...lines.map((line) => `  ${line}`));
  } catch (error) {
    print(context.stderr, `No details: ${error instanceof Error ? error.message : error}`);
  }
}
