import type { FaultClass } from '../../domain/fault.js';
import type { ForkOptions } from '../../protocol/worker/nursery.js';
import { faultOf } from '../../worker/requests.js';
import type { PoolPort } from './placement-effects.js';

export interface ProbePorts {
  readonly pool: PoolPort;
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void;
  after(delayMs: number, then: () => void): () => void;
  forkOptions(small: boolean): Partial<ForkOptions>;
  done(fault: FaultClass | null): void;
  /** It works: whoever waits for it waits anew. */
  progress?(): void;
}

/**
 * A synthetic request in a process of its own: context, a checked product, the model, a known clip that must give
 * its known words (the worker compares them). The user's speech is never the probe.
 */
export class Probe {
  private generation: number | null = null;
  private cancelDeadline: () => void = () => {};
  private limitMs = 0;

  constructor(
    private readonly ports: ProbePorts,
    private readonly nextGeneration: () => number,
  ) {}

  /** Starts one, `small` with the smaller model; `done` follows by the deadline at the latest. */
  start(limitMs: number, small = false): void {
    if (this.generation !== null) return;
    const generation = this.nextGeneration();
    this.generation = generation;
    this.limitMs = limitMs;
    this.armDeadline(generation);
    this.ports.pool.fork('probe', generation, this.ports.forkOptions(small));
  }

  /** It has come further: a first load of a large archive may take minutes on a slow disk. */
  phase(generation: number): void {
    if (this.generation !== generation) return;
    this.armDeadline(generation);
    this.ports.progress?.();
  }

  private armDeadline(generation: number): void {
    this.cancelDeadline();
    this.cancelDeadline = this.ports.after(this.limitMs, () => this.finish(generation, 'hang'));
  }

  owns(generation: number): boolean {
    return this.generation === generation;
  }

  /** The process greets: it gets its task. */
  hello(generation: number): void {
    if (this.generation !== generation) return;
    this.ports.whenDone(this.ports.pool.request(generation, 'ctl', { type: 'probe' }), (reply) =>
      this.finish(generation, faultOf(reply)),
    );
  }

  ended(generation: number, fault: FaultClass): boolean {
    if (this.generation !== generation) return false;
    this.finish(generation, fault);
    return true;
  }

  private finish(generation: number, fault: FaultClass | null): void {
    if (this.generation !== generation) return;
    this.generation = null;
    this.cancelDeadline();
    this.ports.pool.kill(generation, 'KILL');
    this.ports.done(fault);
  }
}
