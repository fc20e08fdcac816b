import { readlinkSync } from 'node:fs';
import { currentProcess, isRunning, type ProcessIdentity } from './process-identity.js';

/** The variable by which a child is known as ours; see `StartOptions.ifWeDie`. */
export const RUN_VARIABLE = 'SWICTATION_RUN';
/** By which a Python module of ours knows its parent: py-worker/swictation_worker/parent.py. */
export const PARENT_VARIABLE = 'SWICTATION_PARENT';

/** Who started a process: a pid means something only in its own namespace of pids (containers share /proc and folders). */
export interface RunMark extends ProcessIdentity {
  readonly pidNamespace: number;
}

let ours: RunMark | null = null;

/** The mark of this very process. */
export function currentRun(): RunMark {
  ours ??= { ...currentProcess(), pidNamespace: currentPidNamespace() };
  return ours;
}

export function encodeRunMark({ pid, startTicks, pidNamespace, bootId }: RunMark): string {
  return [pid, startTicks, pidNamespace, bootId].join('.');
}

/** Null for anything that is no mark. */
export function parseRunMark(text: string): RunMark | null {
  const match = /^(\d+)\.(\d+)\.(\d+)\.([0-9a-z-]+)$/.exec(text);
  if (match === null) return null;
  const [pid, startTicks, pidNamespace] = [Number(match[1]), Number(match[2]), Number(match[3])];
  return { pid, startTicks, pidNamespace, bootId: match[4] ?? '' };
}

/** Whether that run is over for sure. One in another namespace of pids can't be judged from here: it may live. */
export function isOver(mark: RunMark): boolean {
  if (mark.bootId === currentRun().bootId && mark.pidNamespace !== currentRun().pidNamespace) {
    return false;
  }
  return !isRunning(mark);
}

function currentPidNamespace(): number {
  try {
    return Number(/\d+/.exec(readlinkSync('/proc/self/ns/pid'))?.[0] ?? 0);
  } catch {
    return 0;
  }
}
