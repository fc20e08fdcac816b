import { readdirSync, readFileSync, statSync } from 'node:fs';
import type { Env } from '../../env.js';

/** Programs that lock a screen for as long as they run, as the kernel names them (15 characters). */
const LOCKERS = new Set([
  'gtklock',
  'hyprlock',
  'i3lock',
  'kscreenlocker_g',
  'physlock',
  'schlock',
  'slock',
  'swaylock',
  'waylock',
  'xsecurelock',
  'xtrlock',
]);

/**
 * Whether one runs, of this user and, where that can be read, of this session. Nothing announces them, and any process may become
 * one at any time: all are looked at, ten microseconds each.
 */
export function isLockerRunning(env: Env): boolean {
  return namesIn('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      if (!LOCKERS.has(readFileSync(`/proc/${pid}/comm`, 'utf8').trim())) return false;
      return statSync(`/proc/${pid}`).uid === process.getuid?.() && isOfSession(pid, env);
    } catch {
      return false;
    }
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No file can be opened now.
    return [];
  }
}

function isOfSession(pid: string, env: Env): boolean {
  try {
    const its = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const folder = its.find((each) => each.startsWith('XDG_RUNTIME_DIR='));
    return folder === undefined || folder === `XDG_RUNTIME_DIR=${env.XDG_RUNTIME_DIR ?? ''}`;
  } catch {
    return true;
  }
}
