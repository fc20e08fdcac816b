import type { PolicyFact } from '../domain/events.js';
import type { Run } from './run.js';

/** The daemon holds the sleep back until its GPU worker has ended; so much it takes, and no more is waited. */
const HELD_BACK_S = 0.5;

/** Whether the machine sleeps. While it does nothing runs; what people do then is taken in when it wakes. */
export class Sleep {
  asleep = false;
  /** When the kernel sleeps, on the world's clock; Infinity: not at all. */
  dueS = Number.POSITIVE_INFINITY;
  private missed: PolicyFact[] = [];

  /** The machine is about to sleep; false when it is already. */
  prepare(nowS: number): boolean {
    if (this.asleep || Number.isFinite(this.dueS)) return false;
    this.dueS = nowS + HELD_BACK_S;
    return true;
  }

  /** Whether it falls asleep before the next happening and within the time at hand. */
  isDue(nextS: number, untilS: number): boolean {
    return this.dueS <= untilS && this.dueS <= nextS;
  }

  fall(): void {
    this.asleep = true;
  }

  /** Ends the sleep, or calls it off; returns what was missed. */
  wake(): readonly PolicyFact[] {
    const { missed } = this;
    this.asleep = false;
    this.dueS = Number.POSITIVE_INFINITY;
    this.missed = [];
    return missed;
  }

  tell(run: Run, fact: PolicyFact): void {
    if (this.asleep) this.missed.push(fact);
    else run.tell(fact);
  }
}
