import { lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { currentRun, encodeRunMark, isOver, parseRunMark } from './process/run-mark.js';

/** A private folder (0700) whose name nobody can guess, for what belongs to one run only. */
export interface RunFolder {
  readonly path: string;
  /** Removes it with all that is in it. */
  close(): void;
}

/** Names whose run it is, so that the folder of a run that was killed is known for what it is. */
const OWNER_FILE = 'owner';
/** Between the making of a folder and its owner's file lie microseconds, unless the run was killed right there. */
const NAMELESS_LIMIT_MS = 60_000;

/** Makes one in `base` whose name begins with `prefix`, and removes those of runs that are over. */
export function openRunFolder(base: string, prefix: string): RunFolder {
  removeFoldersOfOtherRuns(base, prefix);
  const path = mkdtempSync(join(base, prefix));
  writeFileSync(join(path, OWNER_FILE), encodeRunMark(currentRun()), { mode: 0o600 });
  return { path, close: () => rmSync(path, { recursive: true, force: true }) };
}

function removeFoldersOfOtherRuns(base: string, prefix: string): void {
  for (const name of namesIn(base)) {
    const path = join(base, name);
    try {
      if (!name.startsWith(prefix)) continue;
      if (isOurs(path) && isAbandoned(path)) rmSync(path, { recursive: true, force: true });
    } catch {
      // Another start removes it at the same time, or nobody can.
    }
  }
}

function namesIn(base: string): readonly string[] {
  try {
    return readdirSync(base);
  } catch {
    return [];
  }
}

function isOurs(path: string): boolean {
  const found = lstatSync(path);
  return found.isDirectory() && found.uid === process.getuid?.();
}

function isAbandoned(path: string): boolean {
  const mark = parseRunMark(readOwner(path));
  if (mark !== null) return isOver(mark);
  return Date.now() - lstatSync(path).mtimeMs > NAMELESS_LIMIT_MS;
}

function readOwner(path: string): string {
  try {
    return readFileSync(join(path, OWNER_FILE), 'utf8');
  } catch {
    return '';
  }
}
