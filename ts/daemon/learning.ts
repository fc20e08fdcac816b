import { join } from 'node:path';
import { demandLine, rememberBreaker } from '../policy/view.js';
import { bootId } from '../system/clock.js';
import type { PolicyDriver } from './policy-driver.js';
import { type Remembered, recall, remember } from './remembered.js';

/** Keeps what the policy learned, for one card, driver, model and number type; written when it changes. */
export class Learning {
  readonly recalled: Remembered;
  private written = '';

  constructor(
    private readonly file: string,
    private readonly key: string,
  ) {
    this.recalled = recall(file, key, bootId());
  }

  static in(stateDir: string, key: string): Learning {
    return new Learning(join(stateDir, 'policy.json'), key);
  }

  /** Writes where something changed since the last time. */
  keep(driver: PolicyDriver, nowS: number): void {
    const learned = {
      breaker: rememberBreaker(driver.state, nowS),
      demand: demandLine(driver.state),
    };
    const shape = JSON.stringify({ kind: learned.breaker?.kind, demand: learned.demand });
    if (shape === this.written) return;
    this.written = shape;
    remember(this.file, this.key, bootId(), learned);
  }
}
