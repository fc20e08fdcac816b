import { realpathSync } from 'node:fs';
import { basename } from 'node:path';
import type { Env } from '../env.js';
import { findOnPath } from '../find-on-path.js';

interface CommandLine {
  /** Its file. */
  readonly program: string;
  readonly args: readonly string[];
}

/**
 * The same program, killed by the kernel when this one dies: `setpriv` of util-linux asks for that and becomes the program.
 * As it is where there is no such `setpriv`, or no such program: then its closed pipe, or the next start, ends it.
 */
export function withDeathSignal(program: string, args: readonly string[], env: Env): CommandLine {
  const setpriv = findOnPath(program, env) === null ? null : findSetpriv(env);
  if (setpriv === null) return { program, args };
  return { program: setpriv, args: ['--pdeathsig', 'KILL', program, ...args] };
}

/** BusyBox has one that does not know the option. */
function findSetpriv(env: Env): string | null {
  const path = findOnPath('setpriv', env);
  try {
    return path !== null && basename(realpathSync(path)) === 'setpriv' ? path : null;
  } catch {
    return null;
  }
}
