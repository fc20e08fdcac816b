import pidusage from 'pidusage';
import { bytesToMb } from '../system/card/mib.js';

// It asks `getconf` for the clock's ticks and the size of a page, and takes the usual ones where there is none: without
// this word it would write pages of stack traces about that.
process.env.PIDUSAGE_SILENT = '1';

/** What a process costs the machine: resident memory in MB, share of one core in percent since last asked. */
export interface ProcessFigures {
  readonly pid: number;
  readonly rssMb: number;
  readonly cpuPercent: number;
}

/** Figures of those processes that are there; one that has ended is left out. */
export async function processFigures(pids: readonly number[]): Promise<ProcessFigures[]> {
  const figures = await Promise.all(pids.map(measureProcess));
  return figures.filter((one) => one !== null);
}

async function measureProcess(pid: number): Promise<ProcessFigures | null> {
  try {
    const { memory, cpu } = await pidusage(pid);
    return { pid, rssMb: bytesToMb(memory), cpuPercent: cpu };
  } catch {
    return null;
  }
}
