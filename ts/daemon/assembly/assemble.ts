import type { Config } from '../../config/config.js';
import { configuredCpuEngine, isCanaryOnCpu } from '../../config/cpu-engine.js';
import type { CpuEngine } from '../../domain/device.js';
import type { PolicySettings } from '../../domain/policy-settings.js';
import type { ForkOptions } from '../../protocol/worker/nursery.js';
import { cardEnvironment } from '../../system/card/visible-card.js';
import { type FoundModel, findModel } from '../../system/model/find-model.js';
import { workerFolder } from '../../system/paths.js';
import { isOnBattery } from '../../system/power.js';
import { pythonCommand } from '../../system/python/environment.js';
import { Workers } from '../../worker/workers.js';
import { Core } from '../core/core.js';
import type { CorePorts } from '../core/core-ports.js';
import type { StoredFigures } from '../core/learned-figures-file.js';
import { CpuEngineChoice } from '../workers/cpu-engine.js';
import { hostFreeMb } from '../workers/host-memory.js';
import { SimWorld } from '../workers/sim-world.js';
import type { CardChoice, DeviceChoice } from './choose-card.js';
import { engineThreads, policySettings } from './settings.js';

export interface AssembleOptions {
  readonly config: Config;
  readonly device: DeviceChoice;
  readonly env: NodeJS.ProcessEnv;
  /** Private folder for the sockets of the workers. */
  readonly socketDir: string;
  readonly speculate: boolean;
  /** The model is needed and not here. */
  fetchModel(): void;
  readonly ports: Omit<
    CorePorts,
    'startPool' | 'forkOptions' | 'cpuEngine' | 'hostFreeMb' | 'enginesKnown'
  >;
}

/** What was found and remembered when the card was looked for. */
interface Beginning {
  /** Null: none is used, or it is not known yet. */
  readonly card: CardChoice | null;
  readonly learned: StoredFigures;
  /** Null: nothing here wants one. */
  readonly model: FoundModel | null;
}

export interface Assembled {
  readonly core: Core;
  /** The settings of the policy for this card. */
  settingsFor(card: CardChoice | null): PolicySettings;
  /** Starts the workers. Throws a Problem where they can't be spoken to. */
  begin(beginning: Beginning): Promise<void>;
  /** The card of a driver that answered after the workers were started. */
  cardFound(card: CardChoice, learned: StoredFigures): void;
  /** The configured model is here now: the card may have it, and the CPU engine that needs it takes over. */
  modelArrived(sizeMb: number): void;
}

/**
 * Where the configured model is; null where nothing would compute with it: no real card (`onCard`), no such engine on
 * the CPU.
 */
export function findWantedModel(
  config: Config,
  onCard: boolean,
  env: NodeJS.ProcessEnv,
): FoundModel | null {
  const isWanted = isCanaryOnCpu(config) || onCard;
  return isWanted ? findModel(config.stt.model, env) : null;
}

export function isReal(card: CardChoice | null): boolean {
  return card !== null && !card.simulated;
}

/** Puts the core together with real workers. Throws a Problem where the Python environment is missing. */
export function assembleCore(options: AssembleOptions): Assembled {
  const { config, device, env, ports } = options;
  const python = pythonCommand(env);
  const pythonPath = workerFolder();
  const sim = device.kind === 'sim' ? new SimWorld(device.totalMb) : null;
  const settingsFor = (card: CardChoice | null) => ({
    ...policySettings(config, device, card?.totalMb ?? null),
    remote: ports.remote === null ? null : config.remote.order,
  });
  const cpuEngine = new CpuEngineChoice(configuredCpuEngine(config), ports.warn);
  let importCanary = false;
  let cardUuid: string | null = null;
  const core = new Core(
    {
      ...ports,
      hostFreeMb,
      onBattery: () => isOnBattery(env),
      forkOptions: (role) => {
        if (role === 'ear') return { threads: 1, device: 'cpu' };
        if (role !== 'cpu') return cardOptions(config, sim);
        return cpuOptions(config, cpuEngine.next(hostFreeMb()));
      },
      cpuEngine,
      enginesKnown(engines) {
        if (engines.embedded !== false) return;
        const model = findModel(config.stt.model, env);
        cpuEngine.withoutEmbedded(
          model.kind === 'here' ? model.sizeMb : null,
          describeAlone(model),
        );
        if (model.kind === 'absent') options.fetchModel();
      },
      startPool: (listener) =>
        Workers.start({
          python,
          pythonPath,
          importCanary,
          socketDir: options.socketDir,
          env: device.kind === 'sim' ? env : cardEnvironment(env, cardUuid),
          log: ports.log,
          listener,
        }),
    },
    {
      policy: settingsFor(null),
      speculate: options.speculate,
      totalBufferS: config.stt.totalBufferS,
      sim,
    },
  );
  return {
    core,
    settingsFor,
    begin({ card, learned, model }) {
      cpuEngine.archiveMb = model?.kind === 'here' ? model.sizeMb : null;
      importCanary = model !== null && model.kind !== 'unusable';
      cardUuid = card?.uuid ?? null;
      const modelAbsent = cpuEngine.archiveMb === null && isReal(card);
      const sttMb = speechModelMb(learned.sttMb ?? null, cpuEngine.archiveMb);
      const fact = { card: card === null ? null : sizeOf(card), modelAbsent, ...learned, sttMb };
      return core.start({ policy: settingsFor(card), fact });
    },
    cardFound(card, learned) {
      core.loop.post(() => {
        const { thresholds } = settingsFor(card);
        const sttMb = speechModelMb(learned.sttMb ?? null, cpuEngine.archiveMb);
        const modelAbsent = cpuEngine.archiveMb === null;
        core.learn({
          ...{ kind: 'card_found', modelAbsent, ...learned, sttMb },
          card: { ...sizeOf(card), thresholds },
        });
      });
    },
    modelArrived(sizeMb) {
      core.loop.post(() => {
        cpuEngine.archiveMb = sizeMb;
        const sttMb = speechModelMb(null, sizeMb) ?? undefined;
        core.learn({
          kind: 'model_arrived',
          cpuEngine: cpuEngine.needsModel,
          ...(sttMb === undefined ? {} : { sttMb }),
        });
      });
    },
  };
}

/** What becomes of dictation without the embedded engine. */
function describeAlone(model: FoundModel): string {
  switch (model.kind) {
    case 'here':
      return 'Canary dictates alone';
    case 'absent':
      return 'Canary dictates alone, once its model is on this machine';
    case 'unusable':
      return model.problem;
    default:
      return model satisfies never;
  }
}

function sizeOf({ totalMb, guessed = false }: CardChoice) {
  return { totalMb, guessed };
}

/** Of an archive with fp32 weights, which the card gets halved. */
const CARD_SHARE = 0.5;

/**
 * What the speech model takes on the card, MB: what an earlier run measured, where that can be this archive's (NVIDIA's
 * are fp32; tables and workspaces come on top), else half of the archive. Null: nothing is known.
 */
function speechModelMb(measuredMb: number | null, archiveMb: number | null): number | null {
  if (archiveMb === null) return measuredMb;
  const halfMb = CARD_SHARE * archiveMb;
  const fits = measuredMb !== null && measuredMb > 0.8 * halfMb && measuredMb < halfMb + 200;
  return fits ? measuredMb : halfMb;
}

function cardOptions(config: Config, sim: SimWorld | null): Partial<ForkOptions> {
  const threads = engineThreads(config);
  if (sim !== null) return { engine: 'sim', device: 'cuda', threads, sim: sim.card() };
  return { engine: 'canary', device: 'cuda', threads, model: config.stt.model };
}

function cpuOptions(config: Config, engine: CpuEngine): Partial<ForkOptions> {
  const base = { device: 'cpu', threads: engineThreads(config), engine } as const;
  return engine === 'embedded' ? base : { ...base, model: config.stt.model };
}
