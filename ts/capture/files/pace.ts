import { setTimeout as sleep } from 'node:timers/promises';
import { samplesToSeconds } from '../../domain/units.js';
import { monotonicS } from '../../system/clock.js';

/** Lets samples pass when they would have been spoken. It does not drift: all times count from the start. */
export class Pace {
  readonly #startedS = monotonicS();
  #samples = 0;

  /** Waits until the next `samples` samples would have been heard to their end. */
  async wait(samples: number, signal: AbortSignal): Promise<void> {
    this.#samples += samples;
    const leftS = this.#startedS + samplesToSeconds(this.#samples) - monotonicS();
    if (leftS > 0) await sleep(leftS * 1000, undefined, { signal }).catch(() => {});
  }
}
