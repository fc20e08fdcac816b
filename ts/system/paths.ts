import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Env } from './env.js';

/** Every path that the program uses by default; nothing is created here. */
export interface Paths {
  readonly configDir: string;
  readonly configFile: string;
  readonly dataDir: string;
  readonly stateDir: string;
  /** Sockets between our own processes; the caller makes it private (0700). */
  readonly runtimeDir: string;
  readonly cacheDir: string;
  readonly databaseFile: string;
  readonly journalDir: string;
  /** What `swictation report` shows. */
  readonly historyDir: string;
  /** Beside the journal, which is what two daemons must never share. */
  readonly lockFile: string;
  /** Second generation of clients, interfaces.md section 2 and 3. */
  readonly controlSocket2: string;
  readonly metricsSocket2: string;
  /** The first generation's socket where another user's is in its place. */
  readonly ownControlSocket: string;
}

/** Follows the XDG base directory specification: unset, empty and relative values mean the default. */
export function resolvePaths(env: Env): Paths {
  const home = absolute(env.HOME) ?? homedir();
  const configDir = join(absolute(env.XDG_CONFIG_HOME) ?? join(home, '.config'), 'swictation');
  const dataDir = join(absolute(env.XDG_DATA_HOME) ?? join(home, '.local', 'share'), 'swictation');
  const stateDir = join(
    absolute(env.XDG_STATE_HOME) ?? join(home, '.local', 'state'),
    'swictation',
  );
  const cacheDir = join(absolute(env.XDG_CACHE_HOME) ?? join(home, '.cache'), 'swictation');
  const runtimeHome = absolute(env.XDG_RUNTIME_DIR);
  return {
    configDir,
    configFile: join(configDir, 'config.toml'),
    dataDir,
    stateDir,
    runtimeDir: runtimeHome === null ? join(dataDir, 'run') : join(runtimeHome, 'swictation'),
    cacheDir,
    databaseFile: join(dataDir, 'metrics.db'),
    journalDir: join(stateDir, 'journal'),
    historyDir: join(stateDir, 'history'),
    lockFile: join(stateDir, 'daemon.lock'),
    controlSocket2: join(runtimeHome ?? dataDir, 'swictation.sock'),
    metricsSocket2: join(runtimeHome ?? dataDir, 'swictation_metrics.sock'),
    ownControlSocket: join(
      runtimeHome === null ? join(dataDir, 'run') : join(runtimeHome, 'swictation'),
      'control.sock',
    ),
  };
}

/** The folder that holds `package.json` and `py-worker`: two above this file, as source and as built. */
export function projectRoot(): string {
  return fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');
}

/** The folder that holds the package `swictation_worker`. */
export function workerFolder(): string {
  return join(projectRoot(), 'py-worker');
}

function absolute(value: string | undefined): string | null {
  return value !== undefined && isAbsolute(value) ? value : null;
}
