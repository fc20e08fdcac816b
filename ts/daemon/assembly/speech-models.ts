import type { Config } from '../../config/config.js';
import { isCanaryOnCpu } from '../../config/derived.js';
import type { SmallModel } from '../../domain/events.js';
import type { ForkOptions } from '../../protocol/worker/nursery.js';
import { type FoundModel, findModel } from '../../system/model/find-model.js';
import { judgeLanguages } from '../../system/model/model-languages.js';
import { embeddedLack } from '../../system/model/multilingual.js';
import type { StoredFigures } from '../core/learned-figures-file.js';
import type { CpuChoice } from '../workers/cpu-engine.js';
import type { SimWorld } from '../workers/sim-world.js';
import { languageOptions } from './languages.js';
import { embeddedThreads, engineThreads } from './settings.js';

/**
 * Where the configured model is; null where nothing would compute with it: no real card (`onCard`), no such engine on
 * the CPU.
 */
export function findWantedModel(
  config: Config,
  onCard: boolean,
  env: NodeJS.ProcessEnv,
): FoundModel | null {
  const { model } = config.stt;
  const isWanted = isCanaryOnCpu(config) || onCard;
  if (!isWanted && embeddedLack(config.stt, env) === null) return null;
  const found = judgeLanguages(findModel(model, env), model, config.stt);
  // Where only the language asks for it, what is here is taken, and gigabytes are not fetched unasked.
  return isWanted || found.kind === 'here' ? found : null;
}

/** Where the smaller model is; null where none is configured, or nothing would compute with it. */
export function findSmallModel(
  config: Config,
  onCard: boolean,
  env: NodeJS.ProcessEnv,
): FoundModel | null {
  const { smallModel, cpuEngine } = config.stt;
  if (smallModel === null || (!onCard && cpuEngine === 'embedded')) return null;
  const found = findModel(smallModel, env, 'small_model');
  return judgeLanguages(found, smallModel, config.stt, 'small_model');
}

/** Size in MB of a model that is here; null of one that is not. */
export function sizeOfModel(model: FoundModel | null): number | null {
  return model?.kind === 'here' ? model.sizeMb : null;
}

/** Of an archive with fp32 weights, which the card gets halved. */
const CARD_SHARE = 0.5;

/**
 * What a speech model takes on the card, MB: what an earlier run measured, where that can be this archive's (NVIDIA's
 * are fp32; tables and workspaces come on top), else half of the archive. Null: nothing is known.
 */
export function speechModelMb(measuredMb: number | null, archiveMb: number | null): number | null {
  if (archiveMb === null) return measuredMb;
  const halfMb = CARD_SHARE * archiveMb;
  const fits = measuredMb !== null && measuredMb > 0.8 * halfMb && measuredMb < halfMb + 200;
  return fits ? measuredMb : halfMb;
}

/** Canary 180 M at precision 16 on a simulated card, as the large one is a Canary 1 B there. */
const SIMULATED_SMALL_MB = 365;

/** What the policy is told of the smaller model; null while there is none. */
export function smallModelFact(
  config: Config,
  archiveMb: number | null,
  { sim, learned }: { readonly sim: SimWorld | null; readonly learned: StoredFigures },
): SmallModel | null {
  if (config.stt.smallModel === null) return null;
  if (sim !== null) return { sttMb: SIMULATED_SMALL_MB, demand: null };
  const kept = learned.small;
  const sttMb = speechModelMb(kept?.sttMb ?? null, archiveMb);
  return archiveMb === null || sttMb === null ? null : { sttMb, demand: kept?.demand ?? null };
}

/** How a worker for the card is forked; `small`: with the smaller model. */
export function cardOptions(
  config: Config,
  sim: SimWorld | null,
  small: boolean,
  env: NodeJS.ProcessEnv,
): Partial<ForkOptions> {
  const language = languageOptions(config, env, sim !== null);
  if (sim !== null) {
    const card = small ? { ...sim.card(), stt_mb: SIMULATED_SMALL_MB } : sim.card();
    const threads = embeddedThreads(config.stt.threads);
    return { engine: 'sim', device: 'cuda', threads, sim: card, ...language };
  }
  const model = nameOf(config, small);
  const threads = engineThreads(config);
  return { engine: 'canary', device: 'cuda', threads, model, ...language };
}

export function cpuOptions(
  config: Config,
  { engine, small }: CpuChoice,
  env: NodeJS.ProcessEnv,
): Partial<ForkOptions> {
  const language = languageOptions(config, env, engine === 'embedded');
  const base = { device: 'cpu', engine, ...language } as const;
  return engine === 'embedded'
    ? { ...base, threads: embeddedThreads(config.stt.threads) }
    : { ...base, threads: engineThreads(config), model: nameOf(config, small) };
}

function nameOf({ stt }: Config, small: boolean): string {
  return small ? (stt.smallModel ?? stt.model) : stt.model;
}
