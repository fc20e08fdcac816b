import { readdir, readFile, stat } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../deadline.js';
import { readStat } from './process-stat.js';
import { isOver, parseRunMark, RUN_VARIABLE } from './run-mark.js';

/** A process whose starter is gone. */
interface Leftover {
  readonly pid: number;
  readonly startTicks: number;
}

/** Reading the environment of a process that is stuck in a driver can take for ever: it is left out then. */
const LOOK_MS = 1_000;
const END_MS = 1_000;
const POLL_MS = 10;
const MARK = new RegExp(`(?:^|\0)${RUN_VARIABLE}=([^\0]*)`);

/**
 * Ends the processes of runs that are over: those of this user that carry the mark of a program which does not live any
 * more. Never by name, and never what a living daemon started, whatever its home. Resolves with how many there were, once
 * they are gone or 1 s has passed.
 */
export async function endLeftovers(): Promise<number> {
  const found = await findLeftovers();
  for (const leftover of found) endNow(leftover);
  const deadlineMs = performance.now() + END_MS;
  while (found.some(isThere) && performance.now() < deadlineMs) await sleep(POLL_MS);
  return found.length;
}

/** Programs of an earlier run that still live. @forTests */
export async function findLeftovers(): Promise<readonly Leftover[]> {
  const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const looked = await Promise.all(pids.map((pid) => within(lookAt(Number(pid)), LOOK_MS)));
  return looked.filter((each) => each !== null);
}

/** Null for a process that is none. Its start is read first: what is read afterwards may belong to a later process. */
async function lookAt(pid: number): Promise<Leftover | null> {
  try {
    if (pid === process.pid || (await stat(`/proc/${pid}`)).uid !== process.getuid?.()) return null;
    const before = readStat(pid);
    const environment = await readFile(`/proc/${pid}/environ`, 'latin1');
    const mark = parseRunMark(MARK.exec(environment)?.[1] ?? '');
    if (before === null || mark === null || !isOver(mark)) return null;
    return { pid, startTicks: before.startTicks };
  } catch {
    return null;
  }
}

/** The number may have passed to somebody else since it was looked at. */
function endNow(leftover: Leftover): void {
  if (!isThere(leftover)) return;
  try {
    process.kill(leftover.pid, 'SIGKILL');
  } catch {
    // It ended by itself.
  }
}

function isThere({ pid, startTicks }: Leftover): boolean {
  const now = readStat(pid);
  return now !== null && now.state !== 'Z' && now.state !== 'X' && now.startTicks === startTicks;
}
