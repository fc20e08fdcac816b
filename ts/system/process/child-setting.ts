import { delimiter, isAbsolute } from 'node:path';
import type { Env } from '../env.js';
import { findOnPath } from '../find-on-path.js';

/**
 * Where every child works, unless it is told otherwise: a folder in which only root writes. Interpreters and linkers
 * look for code in the current folder, and ours may be any folder of the user's, or one that was deleted meanwhile.
 */
export const CHILD_FOLDER = '/';

/** Lists of folders that hold code: an empty or relative entry means the current folder. */
const FOLDER_LISTS = ['PATH', 'LD_LIBRARY_PATH'];

/** A copy of an environment in which such a list names no folder by its place relative to the current one. */
export function childEnvironment(env: Env): NodeJS.ProcessEnv {
  const child = { ...env };
  dropRelativeFolders(child);
  return child;
}

/** The same for an environment that stays in use: our own, before any library starts something by it. */
export function dropRelativeFolders(env: NodeJS.ProcessEnv): void {
  for (const name of FOLDER_LISTS) {
    const list = env[name];
    if (list === undefined) continue;
    const kept = list.split(delimiter).filter((folder) => isAbsolute(folder));
    // An empty PATH would mean the current folder again.
    if (kept.length > 0) env[name] = kept.join(delimiter);
    else delete env[name];
  }
}

/** The file that a command starts, told before the folder changes; null where PATH has none of that name. */
export function resolveCommand(command: string, env: Env): string | null {
  return command.includes('/') ? absolutePath(command) : findOnPath(command, env);
}

/** A path as it is meant here, for a child that works elsewhere. Nothing in it is shortened: `a/..` may cross a link. */
export function absolutePath(path: string): string {
  return isAbsolute(path) ? path : `${process.cwd()}/${path}`;
}
