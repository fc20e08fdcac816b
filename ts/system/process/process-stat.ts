import { readFileSync } from 'node:fs';

/** What the kernel tells of one process at one moment. */
export interface ProcessStat {
  /** One letter of proc(5): R S D are at work or wait, T was stopped by a signal, Z has ended and was not reaped. */
  readonly state: string;
  /** Clock ticks between boot and the start of the process, field 22. */
  readonly startTicks: number;
  /** Grows with every clock tick that it computed and every page that it had to wait for: it gets on, however slowly. */
  readonly progress: number;
}

/** Field numbers of proc(5), less the three before the state's successor in the rest of the line. */
const TERMINAL = 4;
const MAJOR_FAULTS = 9;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;
const START_TICKS = 19;

/** Null for a process that is gone. */
export function readStat(pid: number): ProcessStat | null {
  try {
    return parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null;
  }
}

/** The name in the second field may hold spaces and parentheses: fields count from the last one. @forTests */
export function parseStat(stat: string): ProcessStat {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const figure = (at: number) => Number(fields[at]);
  return {
    state: fields[0] ?? 'X',
    startTicks: figure(START_TICKS),
    progress: figure(MAJOR_FAULTS) + figure(USER_TICKS) + figure(SYSTEM_TICKS),
  };
}

/** The number of a process's controlling terminal; 0: it has none, or is gone. */
export function readTerminal(pid: number): number {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[TERMINAL]);
  } catch {
    return 0;
  }
}
