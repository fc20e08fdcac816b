import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import type { Env } from '../env.js';

/**
 * The archive of a hub name (`OWNER/NAME`) in huggingface_hub's cache, null where it has not been fetched. Follows the
 * cache's layout: `refs/main` names the revision, `snapshots/REVISION` has its files.
 */
export function findInHubCache(env: Env, model: string): string | null {
  const folder = join(hubCacheDir(env), `models--${model.replace('/', '--')}`);
  const revision = readText(join(folder, 'refs', 'main'));
  if (revision === null) return null;
  const file = join(folder, 'snapshots', revision, `${model.split('/')[1]}.nemo`);
  return existsSync(file) ? file : null;
}

/** Where huggingface_hub keeps what it has fetched, by its own environment variables, in which it reads `~` too. */
function hubCacheDir(env: Env): string {
  const own = env.HOME || homedir();
  const cache = env.XDG_CACHE_HOME || join(own, '.cache');
  const home = env.HF_HOME || join(cache, 'huggingface');
  const chosen = env.HF_HUB_CACHE || env.HUGGINGFACE_HUB_CACHE || join(home, 'hub');
  return chosen.replace(/^~(?=\/|$)/, own);
}

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
