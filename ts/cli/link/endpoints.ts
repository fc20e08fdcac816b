import { unlessForeign } from '../../system/foreign-file.js';
import { resolvePaths } from '../../system/paths.js';
import type { CliContext } from '../context.js';

/** Where the daemon of this user listens, and where its figures are. */
export interface Endpoints {
  /** Control socket of the first generation. */
  readonly socketPath: string;
  readonly metricsSocketPath: string;
  readonly zeromqCommand: string;
  readonly zeromqEvents: string;
  readonly databasePath: string;
}

/** From the configuration that the daemon reads too, so that both always meet. */
export async function readEndpoints(context: CliContext): Promise<Endpoints> {
  const { loadConfig } = await import('../../config/load-config.js');
  const file = context.configFile === undefined ? {} : { file: context.configFile };
  const { control, metrics } = loadConfig({ ...file, env: context.env });
  const { ownControlSocket } = resolvePaths(context.env);
  return {
    ...control,
    socketPath: unlessForeign(control.socketPath, ownControlSocket),
    metricsSocketPath: unlessForeign(control.metricsSocketPath, control.metricsSocketPathV2),
    databasePath: metrics.databasePath,
  };
}
