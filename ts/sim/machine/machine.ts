import type { PolicyFact } from '../../domain/events.js';
import type { FaultClass } from '../../domain/fault.js';
import type { RemoteHealth, SimulatedWorld } from '../../domain/simulation.js';
import { ClockQueue } from '../clock-queue.js';
import { Card } from './card.js';
import type { SimProcess } from './process.js';

type Happening = () => void;

/** Seconds after which the daemon's look at the host's memory sees a change. */
const HOST_MEMORY_DELAY_S = 1;

/**
 * The modelled computer: its card, host memory, processes and everything that is under way. Time is the
 * monotonic clock of the machine, which stands still while it sleeps.
 */
export class Machine {
  readonly world: SimulatedWorld;
  readonly card: Card;
  readonly processes = new Map<number, SimProcess>();
  readonly orderedFaults: FaultClass[] = [];
  readonly counts = { gpuOom: 0, faults: 0 };
  nowS = 0;
  ramFreeMb: number;
  leakMbPerMin = 0;
  /** The engine on another machine. */
  remote: RemoteHealth = 'up';
  /** Facts for the policy, in the order in which they came to be. */
  readonly facts: PolicyFact[] = [];
  private probes = 0;
  private readonly happenings = new ClockQueue<Happening>();

  constructor(world: SimulatedWorld) {
    this.world = world;
    this.card = new Card(world.totalMb);
    this.ramFreeMb = world.ramFreeMb;
  }

  after(delayS: number, happening: Happening): void {
    this.happenings.push(this.nowS + delayS, happening);
  }

  nextS(): number {
    return this.happenings.earliestS();
  }

  /** Sets the clock to the next happening and lets it happen. */
  step(): void {
    this.nowS = Math.max(this.nowS, this.happenings.earliestS());
    this.happenings.pop()?.();
  }

  tell(fact: PolicyFact): void {
    this.facts.push(fact);
  }

  /** Negative: workers, which the policy numbers, count from 1 up. */
  nextProbeGeneration(): number {
    this.probes += 1;
    return -this.probes;
  }

  /** Host memory that is left beside our own CPU engines. */
  hostFreeMb(): number {
    let engines = 0;
    for (const process of this.processes.values()) if (process.role === 'cpu') engines += 1;
    return Math.max(0, this.ramFreeMb - engines * this.world.cpuEngineMb);
  }

  /** The daemon reads the host's memory about once a second; what changed is told then. */
  noticeHostMemory(): void {
    this.after(HOST_MEMORY_DELAY_S, () => {
      this.tell({ kind: 'host_memory', freeMb: this.hostFreeMb() });
    });
  }

  /** What a speech model takes on the card: the smaller one where `small` says so and there is one. */
  sttMb(small: boolean): number {
    const { sttMb, smallSttMb } = this.world;
    return small ? (smallSttMb ?? sttMb) : sttMb;
  }

  count(fault: FaultClass | null, onCard: boolean): void {
    if (fault === null) return;
    this.counts.faults += 1;
    if (fault === 'oom' && onCard) this.counts.gpuOom += 1;
  }
}
