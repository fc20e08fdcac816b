import { join } from 'node:path';
import {
  demandLine,
  learnedOfSmall,
  measuredModelMb,
  rememberBreaker,
} from '../policy/telling/view.js';
import { bootId } from '../system/clock.js';
import type { CardChoice } from './assembly/choose-card.js';
import {
  type Circumstances,
  readLearnedFigures,
  type StoredFigures,
  writeLearnedFigures,
} from './core/learned-figures-file.js';
import type { PolicyDriver } from './core/policy-driver.js';

interface Learner {
  readonly model: string;
  readonly smallModel: string | null;
  readonly build: string;
  readonly stateDir: string;
}

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
   * packages that compute there, and the models' files.
   */
  static about(
    card: CardChoice | null,
    { model, smallModel, build, stateDir }: Learner,
  ): LearnedFigures {
    const { totalMb = 0, guessed = false, simulated = false, driverVersion = 'none' } = card ?? {};
    const key = `${guessed ? 'unknown' : totalMb}/${simulated}/${driverVersion}/${model}/fp16`;
    const circumstances = { key, bootId: bootId(), build, smallModel };
    return new LearnedFigures(join(stateDir, 'policy.json'), circumstances);
  }

  /** Writes where something changed since the last time. */
  keep(driver: PolicyDriver, nowS: number): void {
    const sttMb = measuredModelMb(driver.state) ?? this.stored.sttMb;
    const learned = {
      breaker: rememberBreaker(driver.state, nowS),
      demand: demandLine(driver.state),
      ...(sttMb === undefined ? {} : { sttMb }),
      ...this.ofSmall(driver),
    };
    const shape = JSON.stringify({ ...learned, breaker: learned.breaker?.kind });
    if (shape === this.written) return;
    this.written = shape;
    writeLearnedFigures(this.file, this.circumstances, learned);
  }

  private ofSmall({ state }: PolicyDriver): Pick<StoredFigures, 'small'> {
    const model = this.circumstances.smallModel ?? null;
    const learned = learnedOfSmall(state);
    if (model === null || learned === null) return {};
    const sttMb = learned.sttMb ?? this.stored.small?.sttMb;
    return { small: { model, demand: learned.demand, sttMb } };
  }
}
