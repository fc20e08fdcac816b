import {
  accessSync,
  constants,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensurePrivateDir } from './private-dir.js';
import { currentRun, encodeRunMark, isOver, parseRunMark } from './process/run-mark.js';

/** A private folder (0700) whose name nobody can guess, for what belongs to one run only. */
export interface RunFolder {
  readonly path: string;
  /** Makes it again where it was removed. */
  renew(): void;
  /** Removes it with all that is in it. */
  close(): void;
}

/** Names whose run it is, so that the folder of a run that was killed is known for what it is. */
const OWNER_FILE = 'owner';
/** Between the making of a folder and its owner's file lie microseconds, unless the run was killed right there. */
const NAMELESS_LIMIT_MS = 60_000;

const TEMPORARY_PREFIX = 'swictation-run-';
/** Longest folder for temporary files in which `swictation-run-XXXXXX/data` still fits a unix socket's 107 bytes. */
const LONGEST_TEMPORARY = 78;
const USUAL = '/tmp';

/** Makes one among the temporary files; where TMPDIR names no place for it, that is told and /tmp is taken. */
export function openTemporaryRunFolder(onProblem: (message: string) => void): RunFolder {
  const wanted = tmpdir();
  const reason = wanted === USUAL ? null : unfitReason(wanted);
  if (reason === null) return openRunFolder(wanted, TEMPORARY_PREFIX);
  onProblem(`TMPDIR ${shorten(wanted)} ${reason}: ${USUAL} is used`);
  return openRunFolder(USUAL, TEMPORARY_PREFIX);
}

function unfitReason(folder: string): string | null {
  if (Buffer.byteLength(folder) > LONGEST_TEMPORARY) {
    return `is too long for sockets (more than ${LONGEST_TEMPORARY} bytes)`;
  }
  try {
    if (!statSync(folder).isDirectory()) return 'is not a folder';
    accessSync(folder, constants.W_OK | constants.X_OK);
    return null;
  } catch (cause) {
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    return isMissing ? 'is missing' : "can't be written to";
  }
}

function shorten(path: string): string {
  return path.length <= 60 ? path : `${path.slice(0, 57)}...`;
}

/** Makes one in `base` whose name begins with `prefix`, and removes those of runs that are over. */
export function openRunFolder(base: string, prefix: string): RunFolder {
  removeFoldersOfOtherRuns(base, prefix);
  const path = mkdtempSync(join(base, prefix));
  const mark = () =>
    writeFileSync(join(path, OWNER_FILE), encodeRunMark(currentRun()), { mode: 0o600 });
  mark();
  const renew = () => {
    ensurePrivateDir(path);
    mark();
  };
  return { path, renew, close: () => rmSync(path, { recursive: true, force: true }) };
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
