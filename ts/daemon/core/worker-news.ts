import type { FaultClass } from '../../domain/fault.js';
import type { Problem } from '../../domain/problem.js';
import type { SimulatedWorld } from '../../protocol/worker/worker.js';
import type { WorkerListener } from '../../worker/workers.js';
import type { PoolPort } from '../workers/placement-effects.js';
import type { SimWorld } from '../workers/sim-world.js';
import type { CoreParts } from './core-parts.js';
import type { CorePorts } from './core-ports.js';
import type { Loop } from './loop.js';

export interface WorkerNewsPorts {
  readonly ports: Pick<CorePorts, 'enginesKnown' | 'publish' | 'workersUnavailable'>;
  /** Null where the card is a real one, or there is none. */
  readonly sim: SimWorld | null;
  readonly gate: PoolPort;
  readonly loop: Loop;
  readonly parts: CoreParts;
  /** Why nothing can be recognised; null: it can again. */
  trouble(message: string | null): void;
  isClosed(): boolean;
}

/** Brings what worker processes do by themselves onto the queue, each to the part whose process it is. */
export class WorkerNews implements WorkerListener {
  constructor(private readonly ports: WorkerNewsPorts) {}

  nurseryReady(engines: Readonly<Record<string, boolean>>): void {
    this.post(() => {
      this.ports.ports.enginesKnown(engines);
      this.ports.trouble(null);
    });
  }

  nurseryFailed(problem: Problem): void {
    this.post(() => {
      this.ports.trouble(problem.message);
      this.ports.ports.workersUnavailable(problem);
    });
  }

  hello(generation: number): void {
    this.post(() => this.greet(generation));
  }

  phase(generation: number): void {
    this.post(() => {
      const { probe, placement } = this.ports.parts;
      if (probe.owns(generation)) probe.phase(generation);
      else placement.phase(generation);
    });
  }

  ended(generation: number, fault: FaultClass): void {
    this.post(() => this.lose(generation, fault));
  }

  private post(task: () => void): void {
    this.ports.loop.post(task);
  }

  private greet(generation: number): void {
    const { probe, placement, ear } = this.ports.parts;
    const { ports, sim } = this.ports;
    ports.publish('worker', { generation, event: 'started' });
    if (probe.owns(generation)) {
      this.orderCard(generation, sim?.probeOrder() ?? null);
      probe.hello(generation);
    } else if (placement.owns(generation)) {
      const first = placement.isGpu(generation) ? sim?.firstOrder() : null;
      this.orderCard(generation, first ?? null);
      placement.hello(generation);
    } else {
      ear.hello(generation);
    }
  }

  /** Channels keep their order: the order is in force before the request behind it. */
  private orderCard(generation: number, order: SimulatedWorld | null): void {
    if (order === null) return;
    void this.ports.gate.request(generation, 'ctl', { type: 'sim', ...order });
  }

  private lose(generation: number, fault: FaultClass): void {
    // The end of the program is no fault: nothing is started anew.
    if (this.ports.isClosed()) return;
    const { probe, placement, ear, dictation } = this.ports.parts;
    this.ports.ports.publish('worker', { generation, event: 'ended', fault });
    if (probe.ended(generation, fault)) return;
    ear.ended(generation);
    placement.ended(generation, fault);
    dictation.scoring.advance();
  }
}
