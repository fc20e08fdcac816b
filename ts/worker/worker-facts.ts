import type { FaultClass } from '../domain/fault.js';
import type { Problem } from '../domain/problem.js';
import type { ForkRole } from '../protocol/worker/nursery.js';

/** Facts about workers, in the order in which they became known. Late ones of ended generations never come. */
export interface WorkerListener {
  /** The fork server has its libraries; which engines are installed. */
  nurseryReady(engines: Readonly<Record<string, boolean>>): void;
  /** The fork server can't work; the problem says what to type. It is tried again with growing delay. */
  nurseryFailed(problem: Problem): void;
  /** The process speaks; nothing is loaded in it yet. */
  hello(generation: number): void;
  /** Progress on a request: a deadline may be armed anew. */
  phase(generation: number, phase: string): void;
  ended(generation: number, fault: FaultClass): void;
}

export interface WorkerFigures {
  readonly role: ForkRole;
  readonly generation: number;
  readonly pid: number | null;
  readonly rssMb: number | null;
}
