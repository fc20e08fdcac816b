import type { ForkOptions, ForkRole } from '../protocol/worker/nursery.js';
import { isRunning } from '../system/process/process-identity.js';
import type { Requests } from './requests.js';

/** A worker process that was asked for, and what is known of it. */
export interface PoolWorker {
  readonly role: ForkRole;
  readonly generation: number;
  readonly options: Partial<ForkOptions>;
  readonly requests: Requests;
  /** The number of the fork server that has the order, and the identity on both channels that follows from it. */
  server: number;
  name: string;
  /** Null until it is forked. */
  pid: number | null;
  startTicks: number;
  rssMb: number | null;
  lastHeardS: number;
}

/** Its identity on both channels. No process of another run, or of another fork server, has the same. */
export function nameOf(role: ForkRole, generation: number, run: string): string {
  return `${role}.${generation}.${run}`;
}

export function generationOf(name: string): number {
  return Number(name.split('.')[1] ?? Number.NaN);
}

/** Signals its process without its fork server, which stands still and reaps nothing: the number is still its own. */
export function signalDirectly(
  { pid, startTicks }: PoolWorker,
  bootId: string,
  name: NodeJS.Signals,
): void {
  if (pid === null || !isRunning({ pid, startTicks, bootId })) return;
  try {
    process.kill(pid, name);
  } catch {
    // It ended by itself.
  }
}
