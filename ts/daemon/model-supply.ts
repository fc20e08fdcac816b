import { isCanaryOnCpu } from '../config/cpu-engine.js';
import { monotonicS } from '../system/clock.js';
import { type FoundModel, judgeFetched } from '../system/model/find-model.js';
import { workerFolder } from '../system/paths.js';
import { pythonCommand } from '../system/python/environment.js';
import { startFetch } from '../worker/fetch.js';
import { findWantedModel } from './assembly/assemble.js';
import type { DaemonEnvironment, Parts } from './parts.js';
import { ModelFetch } from './workers/model-fetch.js';

const FETCH_CLOSE_MS = 3_000;

/** The configured speech model of the running daemon: looked for once, fetched where it has to be. */
export class ModelSupply {
  private fetch: ModelFetch | null = null;

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

  /** Fetches it beside the dictation; `arrived` is called when it can be used, with its size in MB. */
  fetchFor(arrived: (sizeMb: number) => void): void {
    const { config, env, log, scope } = this.environment;
    const { model } = config.stt;
    const fetch = new ModelFetch(model, {
      start: (onEvent) =>
        startFetch({
          python: pythonCommand(env),
          pythonPath: workerFolder(),
          model,
          prepare: true,
          types: isCanaryOnCpu(config) ? 'fp32,fp16' : 'fp16',
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
    this.fetch = fetch;
    scope.own('model fetch', () => fetch.close(), FETCH_CLOSE_MS);
    fetch.start();
  }

  get fetching(): ModelFetch['view'] {
    return this.fetch?.view ?? null;
  }
}
