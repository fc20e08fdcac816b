import { linkSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Problem } from '../domain/problem.js';
import { ensurePrivateDir } from './private-dir.js';
import { currentProcess, isRunning, parseIdentity } from './process/process-identity.js';

export interface Lock {
  /** Lets the next one have it; calling it again does nothing. */
  release(): void;
}

/** Makes this process the only daemon that uses the folder `path`, or throws the `Problem` that names the one that does. */
export function acquireDaemonLock(path: string): Lock {
  return acquireLock(path, alreadyRunning);
}

/**
 * Makes this process the only owner of the lock `path`, or throws `refusal` of the one that is.
 *
 * The folder holds one numbered file per owner: whoever links the next number owns the lock, and may do so
 * only when the owner of the highest number is gone. The highest number is never removed, so a lock left by
 * a killed daemon is replaced, and of two starters who both see it only one can link its successor.
 */
export function acquireLock(path: string, refusal: (pid: number) => Problem): Lock {
  ensurePrivateDir(path);
  const draft = join(path, `draft.${process.pid}`);
  writeFileSync(draft, JSON.stringify(currentProcess()), { mode: 0o600 });
  try {
    const number = takeNextNumber(path, draft, refusal);
    removeBelow(path, number);
    return { release: releaseOnce(join(path, String(number)), draft) };
  } finally {
    rmSync(draft, { force: true });
  }
}

function takeNextNumber(path: string, draft: string, refusal: (pid: number) => Problem): number {
  for (;;) {
    const highest = highestNumber(path);
    const holder = readHolder(join(path, String(highest)));
    if (holder !== null && isRunning(holder)) throw refusal(holder.pid);
    const mine = highest + 1;
    if (!tryLink(draft, join(path, String(mine)))) continue;
    if (highestNumber(path) === mine) return mine;
    // The listing was older than an owner who came and passed our number on.
    rmSync(join(path, String(mine)), { force: true });
  }
}

function alreadyRunning(pid: number): Problem {
  return new Problem(
    'already_running',
    `swictationd is already running (pid ${pid}): type \`swictation stop\` to end it`,
  );
}

/** Null for a lock that was released, that is gone, or that a power cut left empty. */
function readHolder(file: string) {
  try {
    return parseIdentity(readFileSync(file, 'utf8'));
  } catch {
    return null;
  }
}

function tryLink(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw cause;
  }
}

function highestNumber(path: string): number {
  return Math.max(0, ...lockNumbers(path));
}

function lockNumbers(path: string): number[] {
  return readdirSync(path)
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function removeBelow(path: string, number: number): void {
  for (const older of lockNumbers(path)) {
    if (older < number) rmSync(join(path, String(older)), { force: true });
  }
}

/** The number stays taken, its content says that nobody holds it; replaced in one step. */
function releaseOnce(file: string, draft: string): () => void {
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    writeFileSync(draft, 'released\n', { mode: 0o600 });
    renameSync(draft, file);
  };
}
