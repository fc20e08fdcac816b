import { join } from 'node:path';
import type { Config } from '../config/config.js';
import type { PolicySettings } from '../domain/policy-settings.js';
import type { ForkOptions, ForkRole } from '../protocol/nursery.js';
import { projectRoot, pythonCommand } from '../system/paths.js';
import { Workers } from '../worker/workers.js';
import { Core } from './core.js';
import type { CorePorts } from './core-ports.js';
import { hostFreeMb } from './host-memory.js';
import { missingModel } from './model-file.js';
import type { DeviceChoice } from './options.js';
import type { Remembered } from './remembered.js';
import { engineThreads, policySettings } from './settings.js';
import { SimWorld } from './sim-world.js';

/** The card that will be used, null for none. */
export interface CardChoice {
  readonly totalMb: number;
  readonly simulated: boolean;
  readonly driverVersion: string;
}

export interface AssembleOptions {
  readonly config: Config;
  readonly device: DeviceChoice;
  readonly env: NodeJS.ProcessEnv;
  /** Private folder for the sockets of the workers. */
  readonly socketDir: string;
  readonly speculate: boolean;
  readonly ports: Omit<
    CorePorts,
    'startPool' | 'forkOptions' | 'fallBackToEmbedded' | 'hostFreeMb' | 'totalBufferS'
  >;
}

/** What was found and remembered when the card was looked for. */
export interface Beginning {
  /** Null: none is used. */
  readonly card: CardChoice | null;
  readonly remembered: Remembered;
}

export interface Assembled {
  readonly core: Core;
  /** The settings of the policy for this card. */
  settingsFor(card: CardChoice | null): PolicySettings;
  /** Starts the workers. Throws a Problem where they can't be spoken to. */
  begin(beginning: Beginning): Promise<void>;
}

/** Puts the core together with real workers. Throws a Problem where the Python environment is missing. */
export function assembleCore(options: AssembleOptions): Assembled {
  const { config, device, env, ports } = options;
  const python = pythonCommand(env);
  const pythonPath = join(projectRoot(), 'py-worker');
  const sim = device.kind === 'sim' ? new SimWorld(device.totalMb) : null;
  const settingsFor = (card: CardChoice | null) =>
    policySettings(config, device, card?.totalMb ?? null);
  let onCard = false;
  let embeddedOnly = missingModel(config.stt.model) !== null;
  const fallback = embedded(engineThreads(config));
  const core = new Core(
    {
      ...ports,
      hostFreeMb,
      totalBufferS: config.stt.totalBufferS,
      forkOptions: (role) =>
        role === 'cpu' && embeddedOnly ? fallback : forkOptions(role, config, sim),
      fallBackToEmbedded: () => {
        embeddedOnly = true;
      },
      startPool: (listener) =>
        Workers.start({
          python,
          pythonPath,
          importCanary: onCard || (!embeddedOnly && config.stt.cpuEngine.startsWith('canary')),
          socketDir: options.socketDir,
          env,
          log: ports.log,
          listener,
        }),
    },
    { policy: settingsFor(null), speculate: options.speculate, sim },
  );
  return {
    core,
    settingsFor,
    begin({ card, remembered }) {
      onCard = card !== null && !card.simulated;
      const fact = { card: card === null ? null : { totalMb: card.totalMb }, ...remembered };
      return core.start({ policy: settingsFor(card), fact });
    },
  };
}

function forkOptions(role: ForkRole, config: Config, sim: SimWorld | null): Partial<ForkOptions> {
  const threads = role === 'ear' ? 1 : engineThreads(config);
  if (role === 'ear') return { threads, device: 'cpu' };
  if (role === 'cpu') return cpuOptions(config, threads);
  if (sim !== null) return { engine: 'sim', device: 'cuda', threads, sim: sim.card() };
  return { engine: 'canary', device: 'cuda', threads, model: config.stt.model };
}

function cpuOptions(config: Config, threads: number): Partial<ForkOptions> {
  const engine = config.stt.cpuEngine;
  if (engine === 'canary-fp32' || engine === 'canary-int8') {
    return { engine, device: 'cpu', threads, model: config.stt.model };
  }
  return embedded(threads);
}

function embedded(threads: number): Partial<ForkOptions> {
  return { engine: 'embedded', device: 'cpu', threads };
}
