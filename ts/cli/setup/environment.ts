import { existsSync, lstatSync, mkdirSync, rmSync, statfsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Problem } from '../../domain/problem.js';
import { runProgram } from '../../system/process/process.js';
import { pythonEnvironment } from '../../system/python.js';
import type { CliContext } from '../context.js';
import type { BasePython } from './base-python.js';

const CHECK_MS = 60_000;
const CREATE_MS = 300_000;
const SCRIPT = 'import sys, pip; print("%d.%d" % sys.version_info[:2])';

/** The version of the Python that lives in `folder`, null where no working one does. */
export async function environmentVersion(
  folder: string,
  env: CliContext['env'],
): Promise<string | null> {
  const python = join(folder, 'bin', 'python');
  if (!existsSync(python)) return null;
  const answer = await runProgram(python, ['-c', SCRIPT], {
    env: pythonEnvironment(env, ''),
    timeoutMs: CHECK_MS,
  });
  return answer.code === 0 ? answer.stdout.trim() : null;
}

/**
 * Makes an environment in `folder`, in place of a broken one. What is no environment is left alone.
 *
 * @throws Problem `environment_failed`
 */
export async function createEnvironment(
  folder: string,
  base: BasePython,
  env: CliContext['env'],
): Promise<void> {
  makeRoom(folder);
  const answer = await runProgram(base.command, ['-m', 'venv', folder], {
    env: pythonEnvironment(env, ''),
    timeoutMs: CREATE_MS,
  });
  if (answer.code === 0) return;
  const last = answer.stderr.trim().split('\n').at(-1) ?? '';
  throw failed(`${base.command} -m venv ${folder} failed: ${last || 'it gives no reason'}`);
}

function makeRoom(folder: string): void {
  try {
    const found = lstatSync(folder, { throwIfNoEntry: false });
    if (found?.isDirectory() && !existsSync(join(folder, 'pyvenv.cfg'))) {
      throw failed(`${folder} is no Python environment: move it away, then type the same again`);
    }
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(dirname(folder), { recursive: true });
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw failed(`${folder} can't be made: ${cause instanceof Error ? cause.message : cause}`);
  }
}

/** @throws Problem `disk_full` where fewer than `neededMb` are free for `folder`. */
export function demandSpace(folder: string, neededMb: number): void {
  const { bavail, bsize } = statfsSync(nearestFolder(folder));
  const freeMb = Math.round((bavail * bsize) / 1e6);
  if (freeMb >= neededMb) return;
  const message = `${folder} needs ${neededMb} MB and ${freeMb} MB are free there: make room, then type the same again`;
  throw new Problem('disk_full', message);
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}

function failed(message: string): Problem {
  return new Problem('environment_failed', message);
}
