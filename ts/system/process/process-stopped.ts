import { readFileSync } from 'node:fs';

/** Whether a process was stopped by a signal or a debugger: it lives and does nothing until it is continued. */
export function isStopped(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in the second field may hold spaces and parentheses: the state stands behind the last one.
    return 'Tt'.includes(stat[stat.lastIndexOf(')') + 2] ?? ' ');
  } catch {
    return false;
  }
}
