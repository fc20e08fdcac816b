import type { CardSample } from '../../domain/memory.js';
import type { SimulatedCard } from '../../protocol/worker/nursery.js';
import type { SimulatedWorld } from '../../protocol/worker/worker.js';

/** The figures of docs/policy.md for a 1 B Canary at precision 16; the driver's share is a small context. */
const CANARY = {
  context_mb: 300,
  stt_mb: 1766,
  vad_mb: 2.2,
  activation_base_mb: 60,
  activation_mb_per_s: 4,
} as const;
/** A quiet desktop. */
const OTHERS_MB = 250;

/** What the daemon knows of its simulated card while no worker of ours can be asked. */
export class SimWorld {
  private othersMb = OTHERS_MB;
  private driver: 'gone' | 'back' = 'back';
  /** A fault that was ordered while no worker was there: it strikes the next one. */
  private waitingFault: SimulatedWorld['fault'];

  constructor(private readonly totalMb: number) {}

  /** The options of the next worker's card. */
  card(): SimulatedCard {
    return { total_mb: this.totalMb, others_mb: this.othersMb, ...CANARY };
  }

  /** Remembers an order, so that it also holds for workers that start later. */
  order(world: SimulatedWorld, reached: boolean): void {
    if (world.others_mb !== undefined) this.othersMb = world.others_mb;
    if (world.driver !== undefined) this.driver = world.driver;
    if (world.fault !== undefined && !reached) this.waitingFault = world.fault;
  }

  /** What a new worker must be told before its first call on the card; null where there is nothing. */
  firstOrder(): SimulatedWorld | null {
    const fault = this.waitingFault;
    this.waitingFault = undefined;
    const driver = this.driver === 'gone' ? { driver: this.driver } : {};
    if (fault === undefined && this.driver === 'back') return null;
    return { ...driver, ...(fault === undefined ? {} : { fault }) };
  }

  /** What a probe's process must be told: the world as it is, never the fault that waits for a worker. */
  probeOrder(): SimulatedWorld | null {
    return this.driver === 'gone' ? { driver: this.driver } : null;
  }

  /** The card as a driver tool would see it, none of it ours. Null while the driver is gone. */
  measure(): CardSample | null {
    if (this.driver === 'gone') return null;
    return {
      totalMb: this.totalMb,
      driverFreeMb: Math.max(0, this.totalMb - this.othersMb),
      own: null,
      source: 'simulated',
    };
  }
}
