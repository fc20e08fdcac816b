import { accessSync, constants, existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '../../domain/problem.js';
import type { InstalledTorch } from '../../domain/torch-build.js';
import type { Env } from '../env.js';
import { projectRoot, resolvePaths } from '../paths.js';

/** A checkout has the sources, and its environment beside them; an installation has neither. */
export function isCheckout(root = projectRoot()): boolean {
  return existsSync(join(root, 'ts'));
}

/** The folder of the Python environment that setup makes and the programs use. */
export function environmentFolder(env: Env, root = projectRoot()): string {
  return isCheckout(root) ? join(root, '.venv') : join(resolvePaths(env).dataDir, 'python');
}

/** What a person types to create or mend that environment; `full`: with Canary where there is no card, too. */
export function setupCommand(full = false, root = projectRoot()): string {
  if (!isCheckout(root)) return full ? 'swictation setup --full' : 'swictation setup';
  const make = `make -C ${quoteForShell(root)} setup`;
  return full ? `${make} FULL=1` : make;
}

/** The interpreter that has the worker's packages: `SWICTATION_PYTHON`, else that of our own environment. */
export function pythonCommand(env: Env): string {
  const chosen = env.SWICTATION_PYTHON;
  const command = chosen || join(environmentFolder(env), 'bin', 'python');
  if (!command.includes('/') || isExecutable(command)) return command;
  throw new Problem(
    'python_missing',
    chosen
      ? `SWICTATION_PYTHON names ${command}, which is no program: correct it or unset it`
      : `Python environment missing: type \`${setupCommand()}\``,
  );
}

/** The torch of the environment that `python` belongs to, null where there is none. Reads one file: importing it takes seconds. */
export function installedTorch(python: string): InstalledTorch | null {
  const library = join(dirname(dirname(python)), 'lib');
  for (const name of list(library)) {
    const text = readText(join(library, name, 'site-packages', 'torch', 'version.py'));
    const version = /^__version__[^=]*= *'([^']+)'/m.exec(text)?.[1];
    if (version === undefined) continue;
    return { version, cuda: /^cuda[^=]*= *'([^']+)'/m.exec(text)?.[1] ?? null };
  }
  return null;
}

/** A path as a person can paste it into a shell. */
export function quoteForShell(path: string): string {
  return /^[\w@%+=:,./-]+$/.test(path) ? path : `'${path.replaceAll("'", "'\\''")}'`;
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
