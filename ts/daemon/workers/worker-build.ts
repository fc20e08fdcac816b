import { readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** Packages that must fit the card and its driver, as pip names what it has installed. */
const COMPUTING = /^(torch|nemo_toolkit|nvidia_\w+|triton|cuda_\w+)-[^-]+\.dist-info$/;

/**
 * Names and versions of the packages that compute on the card, in the environment of this interpreter; empty where
 * there are none, or where the interpreter is not one of such an environment. Another build is worth another attempt.
 */
export function workerBuild(python: string): string {
  const library = join(dirname(dirname(python)), 'lib');
  return list(library)
    .filter((name) => /^python3\.\d+$/.test(name))
    .flatMap((name) => list(join(library, name, 'site-packages')))
    .filter((name) => COMPUTING.test(name))
    .map((name) => name.replace('.dist-info', ''))
    .sort()
    .join(' ');
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
