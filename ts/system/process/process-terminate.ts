import { within } from '../deadline.js';
import type { Exit } from './process-exit.js';

/** How long the kernel gets to end a process after KILL before we stop waiting for it. */
const KILL_WAIT_MS = 2_000;

interface Endable {
  readonly exited: Promise<Exit>;
  signal(signal: NodeJS.Signals): boolean;
  /** KILL for what the program left behind in its group. */
  sweep(): void;
  /** Lets our own program end although this process still exists. */
  release(): void;
}

/** TERM, KILL after `graceMs`, and at last the truth that nothing more can be done. */
export async function endProgram(program: Endable, graceMs: number): Promise<Exit> {
  program.signal('SIGTERM');
  const gentle = await within(program.exited, graceMs);
  program.sweep();
  const exit = gentle ?? (await within(program.exited, KILL_WAIT_MS));
  if (exit !== null) return exit;
  program.release();
  return { kind: 'signalled', signal: 'SIGKILL' };
}
