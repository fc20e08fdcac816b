import { statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import { findInHubCache } from '../system/hub-cache.js';
import { findArchiveFlaw } from './nemo-archive.js';

/**
 * Where the configured speech model is. `absent`: a hub name whose archive has to be fetched first. `unusable`: no
 * fetch helps, and `problem` says in one line what to do.
 */
export type FoundModel =
  | { readonly kind: 'here'; readonly sizeMb: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'unusable'; readonly problem: string };

/** OWNER/NAME; `py-worker/swictation_worker/engines/canary_source.py` reads it the same way. */
const HUB_NAME = /^\w[\w.-]*\/\w[\w.-]*$/;

/** Looks for `[stt] model` on this machine and at what kind of file it is; without network, without the worker. */
export function findModel(model: string, env: NodeJS.ProcessEnv): FoundModel {
  if (isAbsolute(model) || model.endsWith('.nemo')) return findFile(model);
  if (!HUB_NAME.test(model)) {
    const expected = 'expected a hub name like nvidia/canary-1b-flash or a .nemo file';
    return unusable(model, `${expected}, the embedded engine dictates`);
  }
  const file = findInHubCache(env, model);
  return file === null ? { kind: 'absent' } : judgeFetched(model, file);
}

/** Whether a file that was fetched for this hub name can be one. */
export function judgeFetched(model: string, file: string): FoundModel {
  const flaw = flawOf(file);
  if (flaw === null) return here(file);
  const advice = 'name another model, or delete that file and it is fetched again';
  const what = `${file} is no .nemo archive (${flaw}), the embedded engine dictates`;
  return unusable(model, `${what}; ${advice}`);
}

function findFile(model: string): FoundModel {
  const stat = statSync(resolve(model), { throwIfNoEntry: false });
  const advice = 'the embedded engine dictates; correct the path in the configuration';
  if (stat === undefined) return unusable(model, `no such file, ${advice}`);
  if (!stat.isFile()) return unusable(model, `not a file, ${advice}`);
  const flaw = flawOf(resolve(model));
  if (flaw === null) return here(resolve(model));
  return unusable(
    model,
    `not a whole .nemo archive (${flaw}), the embedded engine dictates; fetch the file again`,
  );
}

function here(file: string): FoundModel {
  return { kind: 'here', sizeMb: statSync(file).size / 1e6 };
}

function flawOf(file: string): string | null {
  try {
    return findArchiveFlaw(file);
  } catch (error) {
    return `it can't be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

function unusable(model: string, problem: string): FoundModel {
  return { kind: 'unusable', problem: `[stt] model ${model}: ${problem}` };
}
