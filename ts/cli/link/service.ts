import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { CliContext } from '../context.js';

export const UNIT = 'swictation.service';

/** Where packages of a distribution put services of users. */
const SYSTEM_UNITS = ['/etc/systemd/user', '/usr/lib/systemd/user'];

/** True where installing has put the service among those of the user, or of all users. */
export function hasService(env: CliContext['env']): boolean {
  const config = env.XDG_CONFIG_HOME || join(env.HOME ?? homedir(), '.config');
  const folders = [join(config, 'systemd', 'user'), ...SYSTEM_UNITS];
  return folders.some((folder) => existsSync(join(folder, UNIT)));
}

/** What a person types to start the daemon here. */
export function startCommand(env: CliContext['env']): string {
  return hasService(env) ? 'systemctl --user start swictation' : 'swictationd';
}
