import type { Config } from '../../config/config.js';
import { configuredCpuEngine } from '../../config/derived.js';
import type { PolicySettings } from '../../domain/policy-settings.js';
import { cardEnvironment } from '../../system/card/visible-card.js';
import { type FoundModel, findModel } from '../../system/model/find-model.js';
import { judgeLanguages } from '../../system/model/model-languages.js';
import { embeddedLack } from '../../system/model/multilingual.js';
import { workerFolder } from '../../system/paths.js';
import { isOnBattery } from '../../system/power.js';
import { pythonCommand } from '../../system/python/environment.js';
import { type KeepSocket, Workers } from '../../worker/workers.js';
import { Core } from '../core/core.js';
import type { CorePorts } from '../core/core-ports.js';
import { NOTHING_LEARNED, type StoredFigures } from '../core/learned-figures-file.js';
import { CpuEngineChoice } from '../workers/cpu-engine.js';
import { hostFreeMb } from '../workers/host-memory.js';
import { SimWorld } from '../workers/sim-world.js';
import type { CardChoice, DeviceChoice } from './choose-card.js';
import { policySettings } from './settings.js';
import {
  cardOptions,
  cpuOptions,
  sizeOfModel,
  smallModelFact,
  speechModelMb,
} from './speech-models.js';

export interface AssembleOptions {
  readonly config: Config;
  readonly device: DeviceChoice;
  readonly env: NodeJS.ProcessEnv;
  /** Private folder for the sockets of the workers. */
  readonly socketDir: string;
  readonly keepSocket?: KeepSocket;
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
  /** The smaller model in the same way. */
  readonly small: FoundModel | null;
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
  /** The same of the smaller model. */
  smallModelArrived(sizeMb: number): void;
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
  let learnedBefore = NOTHING_LEARNED;
  let smallArchiveMb: number | null = null;
  let canHear = false;
  const smallFact = () => smallModelFact(config, smallArchiveMb, { sim, learned: learnedBefore });
  /** On the CPU the smaller model takes the place of the embedded engine as soon as there is what reads it. */
  const useSmall = () => {
    if (sim === null && canHear && config.stt.cpuEngine !== 'embedded')
      cpuEngine.smallMb = smallArchiveMb;
    const small = smallFact();
    if (small === null) return;
    const takesOver = cpuEngine.smallMb !== null && cpuEngine.wantsSmall;
    core.learn({ kind: 'small_model_arrived', small, cpuEngine: takesOver });
  };
  const core = new Core(
    {
      ...ports,
      hostFreeMb,
      onBattery: () => isOnBattery(env),
      forkOptions: (role, small) => {
        if (role === 'ear') return { threads: 1, device: 'cpu' };
        if (role !== 'cpu') return cardOptions(config, sim, small, env);
        return cpuOptions(config, cpuEngine.next(hostFreeMb()), env);
      },
      cpuEngine,
      enginesKnown(engines) {
        canHear = engines.canary === true;
        if (smallArchiveMb !== null) useSmall();
        const lack = findLack(engines, config, env);
        if (lack === null) return;
        const { model } = config.stt;
        const found = judgeLanguages(findModel(model, env), model, config.stt);
        const isHere = found.kind === 'here' && canHear;
        const isNone = lack.advice !== null && !canHear && ports.remote === null;
        const alone = canHear || lack.advice === null ? describeAlone(found) : ONLY_THE_SERVER;
        const rest = isNone ? 'nothing dictates' : alone;
        const advice = lack.advice === null ? '' : `; ${lack.advice}`;
        const message = `${lack.reason}: ${rest}${advice}`;
        cpuEngine.withoutEmbedded(isHere ? found.sizeMb : null, isNone ? null : message);
        if (isNone) ports.warn('no_engine', message);
        if (found.kind === 'absent' && lack.advice === null) options.fetchModel();
      },
      startPool: (listener) =>
        Workers.start({
          python,
          pythonPath,
          importCanary,
          socketDir: options.socketDir,
          ...(options.keepSocket === undefined ? {} : { keepSocket: options.keepSocket }),
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
    begin({ card, learned, model, small }) {
      cpuEngine.archiveMb = sizeOfModel(model);
      smallArchiveMb = sizeOfModel(small);
      learnedBefore = learned;
      importCanary = [model, small].some((one) => one !== null && one.kind !== 'unusable');
      cardUuid = card?.uuid ?? null;
      const modelAbsent = cpuEngine.archiveMb === null && isReal(card);
      const sttMb = speechModelMb(learned.sttMb ?? null, cpuEngine.archiveMb);
      const found = { card: card === null ? null : sizeOf(card), small: smallFact() };
      const fact = { ...learned, ...found, modelAbsent, sttMb };
      return core.start({ policy: settingsFor(card), fact });
    },
    cardFound(card, learned) {
      core.loop.post(() => {
        learnedBefore = learned;
        const { thresholds } = settingsFor(card);
        const sttMb = speechModelMb(learned.sttMb ?? null, cpuEngine.archiveMb);
        const modelAbsent = cpuEngine.archiveMb === null;
        core.learn({
          ...{ kind: 'card_found', ...learned, modelAbsent, sttMb, small: smallFact() },
          card: { ...sizeOf(card), thresholds },
        });
      });
    },
    smallModelArrived(sizeMb) {
      core.loop.post(() => {
        smallArchiveMb = sizeMb;
        useSmall();
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

const ONLY_THE_SERVER = 'only the server of [remote] dictates';

/** Why the embedded engine does not dictate; without an advice where it is not installed. */
function findLack(
  engines: Readonly<Record<string, boolean>>,
  config: Config,
  env: NodeJS.ProcessEnv,
): { readonly reason: string; readonly advice: string | null } | null {
  if (engines.embedded !== false) return embeddedLack(config.stt, env);
  return { reason: 'the embedded engine is not installed', advice: null };
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
