import { accessSync, constants, existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { findYdotool, type Ydotool, ydotoolObstacle } from '../../system/desktop/ydotool.js';
import { findOnPath } from '../../system/find-on-path.js';
import { type Env, installCommand } from './check.js';

/** Whether ydotool can type here; where it can't, why, and the next command. */
export type YdotoolState =
  | { readonly works: true; readonly name: string }
  | { readonly works: false; readonly reason: string; readonly fix: string };

export async function examineYdotool(env: Env): Promise<YdotoolState> {
  const ydotool = await findYdotool(env);
  const reason = ydotoolObstacle(ydotool, env);
  if (reason !== null) return { works: false, reason, fix: nextStep(ydotool, env) };
  return { works: true, name: ydotool.kind === 'words' ? 'ydotool 0.1' : 'ydotool' };
}

function nextStep({ kind }: Ydotool, env: Env): string {
  if (kind === 'missing') return `${installCommand({ apt: 'ydotool' }, env)}; swictation doctor`;
  if (kind === 'unknown') return `look at what ${findOnPath('ydotool', env)} --help says`;
  if (findOnPath('ydotoold', env) === null) {
    // Debian and Ubuntu had it in a package of its own while they had 0.1.
    return `${installCommand({ apt: 'ydotoold', dnf: 'ydotool', pacman: 'ydotool' }, env)}; swictation doctor`;
  }
  if (!mayWrite('/dev/uinput')) return `${ALLOW_UINPUT}; swictation doctor`;
  const unit = findUserUnit(env);
  return unit === null
    ? 'ydotoold &   (it comes without a service: start it with your session)'
    : `systemctl --user enable --now ${unit}`;
}

/** Lets whoever sits at the machine create a keyboard, and nobody read one. */
const ALLOW_UINPUT = `echo 'KERNEL=="uinput", TAG+="uaccess"' | sudo tee /etc/udev/rules.d/60-uinput.rules && sudo udevadm control --reload && sudo udevadm trigger /dev/uinput`;

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/** The user service that some packages bring, under either name. */
function findUserUnit(env: Env): string | null {
  const config = env.XDG_CONFIG_HOME || join(env.HOME ?? homedir(), '.config');
  const folders = [`${config}/systemd`, '/etc/systemd', '/usr/lib/systemd', '/lib/systemd'];
  const names = ['ydotool.service', 'ydotoold.service'];
  return names.find((name) => folders.some((each) => existsSync(`${each}/user/${name}`))) ?? null;
}
