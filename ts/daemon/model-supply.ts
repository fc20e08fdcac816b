import { isCanaryOnCpu } from '../config/derived.js';
import { monotonicS } from '../system/clock.js';
import { type FoundModel, judgeFetched } from '../system/model/find-model.js';
import { workerFolder } from '../system/paths.js';
import { pythonCommand } from '../system/python/environment.js';
import { startFetch } from '../worker/fetch.js';
import { findSmallModel, findWantedModel } from './assembly/speech-models.js';
import type { DaemonEnvironment, Parts } from './parts.js';
import { ModelFetch } from './workers/model-fetch.js';

const FETCH_CLOSE_MS = 3_000;

/** The configured speech model of the running daemon: looked for once, fetched where it has to be. */
export class ModelSupply {
  private readonly fetches: ModelFetch[] = [];

  constructor(
    private readonly environment: DaemonEnvironment,
    private readonly parts: Pick<Parts, 'events' | 'warnings'>,
  ) {}

  /**
   * Null where nothing here wants one; `onCard`: a real card does, or may. What is wrong with it is told at once,
   * before any worker is started.
   */
  find(onCard: boolean): FoundModel | null {
    const { config, env } = this.environment;
    const found = findWantedModel(config, onCard, env);
    if (found?.kind === 'unusable') this.parts.warnings.tell('model_missing', found.problem);
    return found;
  }

  /** The same of the smaller model. */
  findSmall(onCard: boolean): FoundModel | null {
    const { config, env } = this.environment;
    const found = findSmallModel(config, onCard, env);
    if (found?.kind === 'unusable') this.parts.warnings.tell('model_missing', found.problem);
    return found;
  }

  /** Fetches it beside the dictation; `arrived` is called when it can be used, with its size in MB. */
  fetchFor(arrived: (sizeMb: number) => void): void {
    const { config } = this.environment;
    this.fetch(config.stt.model, isCanaryOnCpu(config) ? 'fp32,fp16' : 'fp16', arrived);
  }

  /** The CPU may have the smaller one, too. */
  fetchSmallFor(arrived: (sizeMb: number) => void): void {
    const { smallModel } = this.environment.config.stt;
    if (smallModel !== null) this.fetch(smallModel, 'fp32,fp16', arrived);
  }

  private fetch(model: string, types: string, arrived: (sizeMb: number) => void): void {
    const { env, log, scope } = this.environment;
    const fetch = new ModelFetch(model, {
      start: (onEvent) =>
        startFetch({
          python: pythonCommand(env),
          pythonPath: workerFolder(),
          model,
          prepare: true,
          types,
          env,
          log,
          onEvent,
        }),
      arrived: (path) => {
        const found = judgeFetched(model, path);
        if (found.kind === 'here') arrived(found.sizeMb);
        return found.kind === 'unusable' ? found.problem : null;
      },
      warn: (message) => this.parts.warnings.tell('model_fetch', message),
      log: (message) => log.info(message),
      publish: (payload) => this.parts.events.publish('worker', payload),
      nowS: monotonicS,
    });
    this.fetches.push(fetch);
    scope.own(`fetch of ${model}`, () => fetch.close(), FETCH_CLOSE_MS);
    fetch.start();
  }

  get fetching(): ModelFetch['view'] {
    return this.fetches.map(({ view }) => view).find((view) => view !== null) ?? null;
  }
}
