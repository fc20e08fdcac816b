import { chmodSync, lstatSync } from 'node:fs';
import { Problem } from '../domain/problem.js';
import { createFolder } from './create-folder.js';

/**
 * Makes sure that `path` is a folder of ours that nobody else can look into (mode 0700), creating it and
 * its parents where needed. A link, a file or another user's folder there is a `Problem`.
 */
export function ensurePrivateDir(path: string): void {
  createDir(path);
  const found = lstatSync(path);
  if (!found.isDirectory()) {
    throw refuse(path, found.isSymbolicLink() ? 'is a link' : 'is not a folder');
  }
  const uid = process.getuid?.();
  if (uid !== undefined && found.uid !== uid) throw refuse(path, 'belongs to another user');
  if ((found.mode & 0o777) !== 0o700) chmodSync(path, 0o700);
}

/** `EEXIST` of the folder itself is fine; of its parent it means that a file stands in the way. */
function createDir(path: string): void {
  try {
    createFolder(path);
  } catch (cause) {
    if (isEntry(path)) return;
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Problem(
      'dir_not_created',
      `${path} could not be created (${reason}): make its parent writable`,
      { cause },
    );
  }
}

/** True also for a link that leads nowhere. */
function isEntry(path: string): boolean {
  try {
    lstatSync(path);
    return true;
  } catch {
    return false;
  }
}

function refuse(path: string, reason: string): Problem {
  return new Problem('dir_not_private', `${path} ${reason}: remove it or choose another place`);
}
