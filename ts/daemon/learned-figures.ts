import { join } from 'node:path';
import { demandLine, measuredModelMb, rememberBreaker } from '../policy/telling/view.js';
import { bootId } from '../system/clock.js';
import type { CardChoice } from './assembly/choose-card.js';
import {
  type Circumstances,
  readLearnedFigures,
  type StoredFigures,
  writeLearnedFigures,
} from './core/learned-figures-file.js';
import type { PolicyDriver } from './core/policy-driver.js';

/** Keeps what the policy learned, for one card, driver, model and number type; written when it changes. */
export class LearnedFigures {
  readonly stored: StoredFigures;
  private written = '';

  constructor(
    private readonly file: string,
    private readonly circumstances: Circumstances,
  ) {
    this.stored = readLearnedFigures(file, circumstances);
  }

  /**
   * What earlier runs learned with this card, its driver, this model and the number type of the card side; `build`: the
   * packages that compute there.
   */
  static about(
    card: CardChoice | null,
    { model, build, stateDir }: { model: string; build: string; stateDir: string },
  ): LearnedFigures {
    const { totalMb = 0, guessed = false, simulated = false, driverVersion = 'none' } = card ?? {};
    const key = `${guessed ? 'unknown' : totalMb}/${simulated}/${driverVersion}/${model}/fp16`;
    return new LearnedFigures(join(stateDir, 'policy.json'), { key, bootId: bootId(), build });
  }

  /** Writes where something changed since the last time. */
  keep(driver: PolicyDriver, nowS: number): void {
    const sttMb = measuredModelMb(driver.state) ?? this.stored.sttMb;
    const learned = {
      breaker: rememberBreaker(driver.state, nowS),
      demand: demandLine(driver.state),
      ...(sttMb === undefined ? {} : { sttMb }),
    };
    const shape = JSON.stringify({ ...learned, breaker: learned.breaker?.kind });
    if (shape === this.written) return;
    this.written = shape;
    writeLearnedFigures(this.file, this.circumstances, learned);
  }
}
