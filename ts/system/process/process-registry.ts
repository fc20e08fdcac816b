/** Process ids of the group leaders that were started here and have not been reaped yet. */
const live = new Set<number>();
let armed = false;

/** Remembers a child, so that no way of leaving this program leaves it behind. */
export function rememberChild(pid: number): void {
  live.add(pid);
  if (armed) return;
  armed = true;
  process.on('exit', killAllNow);
}

export function forgetChild(pid: number): void {
  live.delete(pid);
}

/** Last resort, synchronous, for the `exit` handler: every child's whole group gets KILL. */
export function killAllNow(): void {
  for (const pid of live) signalGroup(pid, 'SIGKILL');
  live.clear();
}

/**
 * Signals a group leader and all that it started. False when nothing was there to signal.
 * Call it only for a leader that was not reaped: afterwards its number may belong to somebody else.
 */
export function signalGroup(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(-pid, signal);
  } catch {
    return false;
  }
}
