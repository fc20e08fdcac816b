import { realpathSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { Env } from '../env.js';
import { findInHubCache } from './hub-cache.js';
import { findArchiveFlaw } from './nemo-archive.js';

/**
 * Where the configured speech model is. `absent`: a hub name whose archive has to be fetched first. `unusable`: no
 * fetch helps; `flaw` says why, `advice` what to do, and `problem` both in one line.
 */
export type FoundModel =
  | {
      readonly kind: 'here';
      readonly sizeMb: number;
      /** When its bytes were written, in ms: another file of the same name is another model. */
      readonly writtenMs: number;
    }
  | { readonly kind: 'absent' }
  | {
      readonly kind: 'unusable';
      readonly flaw: string;
      readonly advice: string;
      readonly problem: string;
    };

/** OWNER/NAME; `py-worker/swictation_worker/engines/canary/source.py` reads it the same way. */
const HUB_NAME = /^\w[\w.-]*\/\w[\w.-]*$/;
const CORRECT = 'correct the path in the configuration';

/** Looks for `[stt] model` on this machine and at what kind of file it is; without network, without the worker. */
export function findModel(model: string, env: Env, key: ModelKey = 'model'): FoundModel {
  const named: Named = { model, key };
  if (isAbsolute(model) || model.endsWith('.nemo')) return findFile(named);
  if (!HUB_NAME.test(model)) {
    const flaw = 'expected a hub name like nvidia/canary-1b-flash or a .nemo file';
    return unusable(named, flaw, 'correct it in the configuration');
  }
  const file = findInHubCache(env, model);
  return file === null ? { kind: 'absent' } : judgeFetched(model, file, key);
}

/** The key of `[stt]` that names it. */
type ModelKey = 'model' | 'small_model';

interface Named {
  readonly model: string;
  readonly key: ModelKey;
}

/** Whether a file that was fetched for this hub name can be one. In the hub's cache it is a link to the bytes. */
export function judgeFetched(model: string, file: string, key: ModelKey = 'model'): FoundModel {
  const flaw = flawOf(file);
  if (flaw === null) return here(file);
  const advice = 'name another model, or delete that file and it is fetched again';
  return unusable({ model, key }, `${realpathSync(file)} is no .nemo archive (${flaw})`, advice);
}

function findFile(named: Named): FoundModel {
  const file = resolve(named.model);
  const stat = lookAt(file);
  if (stat === null) return unusable(named, 'no such file', CORRECT);
  if (typeof stat === 'string') return unusable(named, stat, CORRECT);
  if (!stat.isFile()) return unusable(named, 'not a file', CORRECT);
  const flaw = flawOf(file);
  if (flaw === null) return here(file);
  return unusable(named, `not a whole .nemo archive (${flaw})`, 'fetch the file again');
}

/** Null where nothing is; in words why it can't be looked at: a folder that is closed, links in a circle. */
function lookAt(path: string): Stats | string | null {
  try {
    return statSync(path, { throwIfNoEntry: false }) ?? null;
  } catch (error) {
    return describeUnreadable(error);
  }
}

function here(file: string): FoundModel {
  const { size, mtimeMs } = statSync(file);
  return { kind: 'here', sizeMb: size / 1e6, writtenMs: Math.round(mtimeMs) };
}

function flawOf(file: string): string | null {
  try {
    return findArchiveFlaw(file);
  } catch (error) {
    return describeUnreadable(error);
  }
}

function describeUnreadable(error: unknown): string {
  return `it can't be read: ${error instanceof Error ? error.message : String(error)}`;
}

function unusable({ model, key }: Named, flaw: string, advice: string): FoundModel {
  const meanwhile = key === 'model' ? 'the embedded engine dictates' : 'it is not used';
  const problem = `[stt] ${key} ${model}: ${flaw}, ${meanwhile}; ${advice}`;
  return { kind: 'unusable', flaw, advice, problem };
}
