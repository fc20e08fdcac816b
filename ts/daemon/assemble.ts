import { join } from 'node:path';
import type { Config } from '../config/config.js';
import type { BreakerMemory } from '../domain/breaker.js';
import type { DemandLine } from '../domain/events.js';
import type { ForkOptions, ForkRole } from '../protocol/nursery.js';
import { projectRoot, pythonCommand } from '../system/paths.js';
import type { ApplyOptions } from '../voice/apply.js';
import { Workers } from '../worker/workers.js';
import { Core } from './core.js';
import type { CorePorts } from './core-ports.js';
import { hostFreeMb } from './host-memory.js';
import { missingModel } from './model-file.js';
import type { DeviceChoice } from './options.js';
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
  readonly card: CardChoice | null;
  readonly env: NodeJS.ProcessEnv;
  /** Private folder for the sockets of the workers. */
  readonly socketDir: string;
  readonly speculate: boolean;
  readonly remembered: {
    readonly breaker: BreakerMemory | null;
    readonly demand: DemandLine | null;
  };
  readonly ports: Omit<
    CorePorts,
    'startPool' | 'forkOptions' | 'fallBackToEmbedded' | 'hostFreeMb' | 'nowS' | 'commands'
  > & { readonly nowS: () => number; commands(): ApplyOptions };
}

/** Puts the core together with real workers. Throws a Problem where the Python environment is missing. */
export function assembleCore(options: AssembleOptions): { core: Core; sim: SimWorld | null } {
  const { config, device, card, env, ports } = options;
  const python = pythonCommand(env);
  const pythonPath = join(projectRoot(), 'py-worker');
  const sim = card?.simulated === true ? new SimWorld(card.totalMb) : null;
  const onCard = card !== null && sim === null;
  let embeddedOnly = missingModel(config.stt.model) !== null;
  const fallback = embedded(engineThreads(config));
  const core = new Core(
    {
      ...ports,
      hostFreeMb,
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
    {
      policy: policySettings(config, device, card?.totalMb ?? null),
      start: {
        card: card === null ? null : { totalMb: card.totalMb },
        breaker: options.remembered.breaker,
        demand: options.remembered.demand,
      },
      speculate: options.speculate,
      sim,
    },
  );
  return { core, sim };
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
