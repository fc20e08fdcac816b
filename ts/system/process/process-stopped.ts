import { readFileSync } from 'node:fs';
import { readStat } from './process-stat.js';

/** Whether a process was stopped by a signal or a debugger: it lives and does nothing until it is continued. */
export function isStopped(pid: number): boolean {
  return 'Tt'.includes(stateOf(pid));
}

/**
 * Whether it, or a child that it waits for, has something to do and is not let: it waits for a core, or for the disk of a
 * machine that swaps.
 */
export function isHeldUp(pid: number): boolean {
  return [pid, ...childrenOf(pid)].some((each) => 'RD'.includes(stateOf(each)));
}

function childrenOf(pid: number): readonly number[] {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
    return children.split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function stateOf(pid: number): string {
  return readStat(pid)?.state ?? ' ';
}
