import { readFileSync } from 'node:fs';

/** What helps whoever may open no more files. */
export const RAISE_FILE_LIMIT = 'too many open files: raise the limit (`ulimit -n 1024`)';

/**
 * The daemon has 67 open when it hears, recognises and types, and some more for the desktop's buses, recorders, injectors and
 * the programs that talk to it.
 */
export const FEWEST_FOR_DICTATION = 128;
/** Below this not even ZeroMQ can be loaded. */
export const FEWEST_FOR_A_COMMAND = 40;

/** Sockets on which any number of programs may talk to the daemon. */
const OPEN_TO_ALL = 4;
/** What dictation itself has open, when a program starts and a new worker connects. */
const KEPT_FOR_DICTATION = 96;

/**
 * How many connections one of those sockets takes at the same time, so that none of them takes the last file: ZeroMQ ends the whole
 * process when it has none left for a connection.
 */
export function mostConnections(): number {
  return Math.max(4, Math.floor((fileLimit() - KEPT_FOR_DICTATION) / OPEN_TO_ALL / 2));
}

/** Null where as many files may be open as are needed; else what to tell and to do. */
export function tooFewFiles(needed: number): string | null {
  const limit = fileLimit();
  return limit >= needed ? null : `${RAISE_FILE_LIMIT}, it is ${limit}`;
}

/** Whether something failed because this program, or the whole machine, may open no more files. */
export function lacksFiles(cause: unknown): boolean {
  if (!(cause instanceof Error)) return false;
  const code = 'code' in cause ? cause.code : null;
  if (code === 'EMFILE' || code === 'ENFILE' || saysTooManyFiles(cause.message)) return true;
  return lacksFiles(cause.cause);
}

/** As `lacksFiles`, where only words of the failure are left: SQLite's, Python's, our own. */
export function saysTooManyFiles(words: string): boolean {
  return /too many open files/i.test(words);
}

/** What mends a failure: a higher limit where that is the reason, else `otherwise`. */
export function adviceOn(cause: unknown, otherwise: string): string {
  return lacksFiles(cause) ? RAISE_FILE_LIMIT : otherwise;
}

/** How many files this program may have open; where that can't even be read, none more. */
function fileLimit(): number {
  try {
    const limit = /^Max open files +(\S+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1];
    return limit === undefined || limit === 'unlimited' ? Number.POSITIVE_INFINITY : Number(limit);
  } catch (cause) {
    return lacksFiles(cause) ? 0 : Number.POSITIVE_INFINITY;
  }
}
