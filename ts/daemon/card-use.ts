import { within } from '../system/deadline.js';
import type { FoundModel } from '../system/model/find-model.js';
import { pythonCommand } from '../system/python/environment.js';
import { type Assembled, isReal } from './assembly/assemble.js';
import { type CardChoice, LATE } from './assembly/choose-card.js';
import { findSmallModel, findWantedModel } from './assembly/speech-models.js';
import type { RunRecord } from './core/record.js';
import type { SettledSignal } from './core/settled-signal.js';
import { LearnedFigures } from './learned-figures.js';
import { ModelSupply } from './model-supply.js';
import type { DaemonEnvironment, Parts } from './parts.js';
import { followSleep } from './sleep.js';
import { workerBuild } from './workers/worker-build.js';

/** A driver that is loaded answers in a third of this; the libraries of the workers take longer to import. */
const PATIENCE_MS = 300;

/** From when a person wants to know why the card is not used. */
const LATE_MS = 3_000;

/** What is there before the card is known. */
export interface Opened {
  readonly assembled: Assembled;
  readonly parts: Parts;
  readonly record: RunRecord;
}

/**
 * The card, the model for it and what was learned with both. A driver that does not answer soon is not waited for: the
 * CPU engine dictates, and the card is used from when it answers.
 */
export class CardUse {
  /** Null: none is used, or it is not known yet. */
  card: CardChoice | null = null;
  /** Null while it is not known which card it is about. */
  learned: LearnedFigures | null = null;
  private readonly supply: ModelSupply;
  private fetchStarted = false;

  constructor(
    private readonly environment: DaemonEnvironment,
    private readonly opened: Opened,
    private readonly settled: SettledSignal,
    private readonly note: (message: string) => void,
  ) {
    this.supply = new ModelSupply(environment, opened.parts);
  }

  /** Whether a model on it may hear; a simulated one lends its engine from the processor. */
  get hears(): boolean {
    return this.card !== null && !this.card.simulated;
  }

  get fetching(): ModelSupply['fetching'] {
    return this.supply.fetching;
  }

  /** Starts the workers, and gives them the card as soon as it answers. */
  async begin(looking: Promise<CardChoice | null>, stopping: () => boolean): Promise<void> {
    const found = looking.then((card) => ({ card }));
    const soon = await within(found, PATIENCE_MS);
    if (stopping()) return;
    await this.start(soon?.card ?? null, soon === null);
    if (soon !== null) return;
    const note = setTimeout(() => this.note(LATE), LATE_MS).unref();
    const { card } = await found;
    clearTimeout(note);
    if (!stopping()) this.takeLate(card);
  }

  /** `expected`: a card may still answer; the fork server is made ready for it. */
  private async start(card: CardChoice | null, expected: boolean): Promise<void> {
    const { env, log, scope } = this.environment;
    const { assembled, parts, record } = this.opened;
    const { core } = assembled;
    this.card = card;
    const onCard = expected || isReal(card);
    const model = this.supply.find(onCard);
    const small = this.supply.findSmall(onCard);
    const learned = this.learn(card, [model, small]);
    record.begin(assembled.settingsFor(card));
    await assembled.begin({ card, learned: learned.stored, model, small });
    if (!expected) this.settle(learned, model?.kind === 'absent', small?.kind === 'absent');
    const { journal } = parts.opened;
    followSleep({ core, journal, env, log, scope, whenSettled: () => this.settled.next() });
  }

  /** What a slow driver said at last. */
  private takeLate(card: CardChoice | null): void {
    const { config, env } = this.environment;
    this.card = card;
    const model = findWantedModel(config, isReal(card), env);
    const small = findSmallModel(config, isReal(card), env);
    const learned = this.learn(card, [model, small]);
    if (card !== null) this.opened.assembled.cardFound(card, learned.stored);
    this.settle(learned, model?.kind === 'absent', small?.kind === 'absent');
  }

  private settle(learned: LearnedFigures, fetch: boolean, fetchSmall: boolean): void {
    this.learned = learned;
    if (fetchSmall) {
      const { assembled } = this.opened;
      this.supply.fetchSmallFor((sizeMb) => assembled.smallModelArrived(sizeMb));
    }
    if (fetch) this.fetchModel();
  }

  /** Once: the card and the CPU want the same model. */
  fetchModel(): void {
    if (this.fetchStarted) return;
    this.fetchStarted = true;
    const { assembled } = this.opened;
    this.supply.fetchFor((sizeMb) => assembled.modelArrived(sizeMb));
  }

  private learn(card: CardChoice | null, models: readonly (FoundModel | null)[]): LearnedFigures {
    const { config, env, paths } = this.environment;
    const build = [workerBuild(pythonCommand(env)), ...models.map(nameFile)].join(' ').trim();
    const { model, smallModel } = config.stt;
    return LearnedFigures.about(card, { model, smallModel, build, stateDir: paths.stateDir });
  }
}

/** An archive that was fetched again is worth another attempt, as other packages are. */
function nameFile(model: FoundModel | null): string {
  return model?.kind === 'here' ? `${model.sizeMb}@${model.writtenMs}` : '';
}
