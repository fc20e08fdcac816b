import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, isAbsolute, join } from 'node:path';

/** The file that `name` would start by the PATH in `env`, or null. Relative entries of PATH are ignored. */
export function findOnPath(
  name: string,
  env: Readonly<Record<string, string | undefined>>,
): string | null {
  if (name.includes('/')) return isProgram(name) ? name : null;
  for (const dir of (env.PATH ?? '').split(delimiter)) {
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
