import { bootId } from '../clock.js';
import { readStat } from './process-stat.js';

/** Names one process for ever: a pid alone is used again, its start within one boot is not. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Clock ticks between boot and the start of the process, field 22 of /proc/PID/stat. */
  readonly startTicks: number;
  readonly bootId: string;
}

export function currentProcess(): ProcessIdentity {
  return { pid: process.pid, startTicks: readStat(process.pid)?.startTicks ?? 0, bootId: bootId() };
}

/** False for a process that ended, a zombie included, and for another one that got the same pid. */
export function isRunning(identity: ProcessIdentity): boolean {
  if (identity.bootId !== bootId()) return false;
  const stat = readStat(identity.pid);
  if (stat === null || stat.state === 'Z' || stat.state === 'X') return false;
  return stat.startTicks === identity.startTicks;
}

/** Reads what `JSON.stringify` made of an identity; null for anything else. */
export function parseIdentity(json: string): ProcessIdentity | null {
  const value = parseJson(json);
  if (typeof value !== 'object' || value === null) return null;
  if (!('pid' in value && 'startTicks' in value && 'bootId' in value)) return null;
  const { pid, startTicks, bootId } = value;
  if (typeof pid !== 'number' || typeof startTicks !== 'number') return null;
  return typeof bootId === 'string' ? { pid, startTicks, bootId } : null;
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return null;
  }
}
