import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A home of its own: folders, environment and configuration that no other test shares. */
export interface Workspace {
  readonly dir: string;
  readonly env: NodeJS.ProcessEnv;
  readonly controlSocket: string;
  readonly controlSocket2: string;
  readonly metricsSocket: string;
  readonly commandEndpoint: string;
  readonly eventsEndpoint: string;
  readonly journalDir: string;
  file(name: string): string;
  /** More sections for the configuration. */
  configure(toml: string): void;
  remove(): void;
}

/** Short paths: a unix socket's name has at most 107 bytes. */
export function openWorkspace(env: NodeJS.ProcessEnv = {}): Workspace {
  const dir = mkdtempSync('/tmp/sw-');
  for (const name of ['run', 'config', 'data', 'state']) {
    mkdirSync(join(dir, name), { mode: 0o700 });
  }
  mkdirSync(join(dir, 'config', 'swictation'), { mode: 0o700 });
  const controlSocket = join(dir, 'control.sock');
  const metricsSocket = join(dir, 'metrics.sock');
  const configure = (toml: string) =>
    writeFileSync(
      join(dir, 'config', 'swictation', 'config.toml'),
      `[control]\nsocket_path = "${controlSocket}"\nmetrics_socket_path = "${metricsSocket}"\n${toml}`,
    );
  configure('');
  return {
    dir,
    controlSocket,
    metricsSocket,
    controlSocket2: join(dir, 'run', 'swictation.sock'),
    commandEndpoint: `ipc://${join(dir, 'run', 'swictation', 'command')}`,
    eventsEndpoint: `ipc://${join(dir, 'run', 'swictation', 'events')}`,
    journalDir: join(dir, 'state', 'swictation', 'journal'),
    configure,
    env: {
      ...process.env,
      HOME: dir,
      XDG_RUNTIME_DIR: join(dir, 'run'),
      XDG_CONFIG_HOME: join(dir, 'config'),
      XDG_DATA_HOME: join(dir, 'data'),
      XDG_STATE_HOME: join(dir, 'state'),
      WAYLAND_DISPLAY: undefined,
      DISPLAY: undefined,
      ...env,
    },
    file: (name) => join(dir, name),
    remove: () => rmSync(dir, { recursive: true, force: true, maxRetries: 3 }),
  };
}
