import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';
import type { Env } from './env.js';

/** Where programs are where nothing says so; as execvp has it, and what people install themselves. */
const DEFAULT_PATH = '/usr/local/bin:/usr/bin:/bin';

/** The file that `name` would start by the PATH in `env`, or null. Relative entries of PATH are ignored. */
export function findOnPath(name: string, env: Env): string | null {
  if (name.includes('/')) return isProgram(name) ? name : null;
  for (const dir of (env.PATH ?? DEFAULT_PATH).split(delimiter)) {
    const file = join(dir, name);
    if (isAbsolute(dir) && isProgram(file)) return file;
  }
  return null;
}

function isProgram(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}
