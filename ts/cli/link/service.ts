import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CliContext } from '../context.js';

export const UNIT = 'swictation.service';

/** True where `make install` has put the service among those of the user. */
export function hasService(env: CliContext['env']): boolean {
  const config = env.XDG_CONFIG_HOME || join(env.HOME ?? homedir(), '.config');
  return existsSync(join(config, 'systemd', 'user', UNIT));
}

/** What a person types to start the daemon here. */
export function startCommand(env: CliContext['env']): string {
  return hasService(env) ? 'systemctl --user start swictation' : 'swictationd';
}
