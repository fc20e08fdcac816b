import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../../domain/problem.js';
import { projectRoot } from '../../system/paths.js';
import { startProgram } from '../../system/process/process.js';
import { pythonEnvironment } from '../../system/python.js';
import type { CliContext } from '../context.js';

export type LockName = 'build' | 'embedded' | 'full' | 'languages' | 'test' | `torch-${string}`;

/** One Python environment whose packages come from our locks, and from nothing else. */
export interface Packages {
  /** Whether exactly this set was the last one that was installed under `stamp`. */
  isCurrent(stamp: string, locks: readonly LockName[]): boolean;
  /** Installs the sets together. @throws Problem `packages_failed` */
  install(locks: readonly LockName[], options?: InstallOptions): Promise<void>;
  /** Notes that these sets are there: the next setup has nothing to do. */
  note(stamp: string, locks: readonly LockName[]): void;
  /** Takes every package of these sets away that is there. */
  remove(locks: readonly LockName[]): Promise<void>;
}

interface InstallOptions {
  /** Where to look beside the usual places. */
  readonly index?: string;
  /** An attempt that may fail: pip's words are not shown. */
  readonly silent?: boolean;
}

/**
 * Checksums are demanded, and nothing is added that a lock does not name, not even to build another package. The pip of
 * Python 3.11 starts an old setup.py so that it can't import its own folder, which is on no path here; by PEP 517 it can.
 */
const ONLY_THE_LOCK = ['--require-hashes', '--no-deps', '--no-build-isolation', '--use-pep517'];

export function openPackages(folder: string, context: CliContext): Packages {
  const pip = (args: readonly string[], silent = false) => runPip(folder, args, silent, context);
  return {
    isCurrent: (stamp, locks) => readText(stampFile(folder, stamp)).trim() === checksum(locks),
    install(locks, { index, silent } = {}) {
      const files = locks.flatMap((name) => ['-r', lockFile(name)]);
      const more = index === undefined ? [] : ['--extra-index-url', index];
      return pip(['install', ...ONLY_THE_LOCK, ...more, ...files], silent);
    },
    note: (stamp, locks) => writeFileSync(stampFile(folder, stamp), `${checksum(locks)}\n`),
    remove: (locks) => pip(['uninstall', '--yes', ...new Set(locks.flatMap(packageNames))]),
  };
}

/** A person at a terminal sees the progress of long downloads, a log only what went wrong. */
async function runPip(
  folder: string,
  [command = '', ...args]: readonly string[],
  silent: boolean,
  context: CliContext,
): Promise<void> {
  const shown = silent ? 'ignore' : 'inherit';
  const quiet = context.stderr.isTTY === true ? [] : ['-qq'];
  const program = startProgram(
    join(folder, 'bin', 'python'),
    ['-m', 'pip', command, ...quiet, '--no-input', '--disable-pip-version-check', ...args],
    { env: pythonEnvironment(context.env, ''), stdout: shown, stderr: shown },
  );
  const stopListening = context.onInterrupt(() => program.terminate(1_000));
  const exit = await program.exited;
  stopListening();
  if (exit.kind === 'exited' && exit.code === 0) return;
  const where = 'what it says stands above: check network and disk, then type the same again';
  throw new Problem('packages_failed', `pip could not install the packages (${where})`);
}

function packageNames(name: LockName): string[] {
  return readFileSync(lockFile(name), 'utf8').match(/^[a-z0-9][\w.-]*(?===)/gim) ?? [];
}

function checksum(locks: readonly LockName[]): string {
  const hash = createHash('sha256');
  for (const name of locks) hash.update(readFileSync(lockFile(name)));
  return hash.digest('hex');
}

function stampFile(folder: string, stamp: string): string {
  return join(folder, `.swictation-${stamp}`);
}

/** What a set of packages is held to. */
export function lockFile(name: LockName): string {
  return join(projectRoot(), 'locks', `${name}.txt`);
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
