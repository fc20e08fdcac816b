import { chmodSync, closeSync, existsSync, openSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import Libsql from 'libsql';
import { Problem } from '../domain/problem.js';
import { ensurePrivateDir } from '../system/private-dir.js';
import { RAISE_FILE_LIMIT } from '../system/process/open-files.js';
import type { RawRow } from './rows.js';

type Value = number | string | null;

/**
 * SQLite behind a few verbs. Every error is a `Problem` that names the file and what to do, so that a
 * database that is locked, full, damaged or not ours never reaches dictation as anything else.
 */
export class Database {
  readonly #path: string;
  readonly #connection: Libsql.Database;
  readonly #statements = new Map<string, Libsql.Statement<unknown[]>>();

  constructor(path: string, busyTimeoutMs: number) {
    this.#path = path;
    this.#connection = explain(path, () => new Libsql(path, { timeout: busyTimeoutMs }));
  }

  execute(sql: string): void {
    explain(this.#path, () => this.#connection.exec(sql));
  }

  /** Runs a statement; the id of the row that it inserted, if it did. */
  run(sql: string, ...values: Value[]): number {
    return explain(this.#path, () =>
      Number(this.#prepare(sql).run(...inArray(values)).lastInsertRowid),
    );
  }

  first(sql: string, ...values: Value[]): RawRow | null {
    return this.all(sql, ...values)[0] ?? null;
  }

  all(sql: string, ...values: Value[]): RawRow[] {
    return explain(this.#path, () =>
      this.#prepare(sql)
        .all(...inArray(values))
        .filter(isRow),
    );
  }

  columnsOf(table: string): ReadonlySet<string> {
    return new Set(this.all(`PRAGMA table_info(${table})`).map((row) => String(row.name)));
  }

  /** All of it or nothing of it. */
  inTransaction<Result>(work: () => Result): Result {
    this.execute('BEGIN IMMEDIATE');
    try {
      const result = work();
      this.execute('COMMIT');
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    }
  }

  close(): void {
    this.#statements.clear();
    explain(this.#path, () => this.#connection.close());
  }

  #prepare(sql: string): Libsql.Statement<unknown[]> {
    const statement = this.#statements.get(sql) ?? this.#connection.prepare(sql);
    this.#statements.set(sql, statement);
    return statement;
  }

  /** A full disk may have rolled back already; that second error would hide the first. */
  #rollBack(): void {
    try {
      this.#connection.exec('ROLLBACK');
    } catch {
      return;
    }
  }
}

/**
 * Makes sure that the file exists as ours alone (0600). A folder that is missing, or that is the program's
 * own, becomes 0700; a folder that the user chose stays as it is.
 */
export function ensurePrivateFile(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder) || basename(folder) === 'swictation') ensurePrivateDir(folder);
  explain(path, () => {
    closeSync(openSync(path, 'a', 0o600));
    chmodSync(path, 0o600);
  });
}

/** The binding takes an object for named values, so a lone value is handed over in an array. */
function inArray(values: Value[]): unknown[] {
  return values.length === 0 ? [] : [values];
}

function isRow(value: unknown): value is RawRow {
  return typeof value === 'object' && value !== null;
}

function explain<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw toProblem(path, cause);
  }
}

const ADVICE: readonly (readonly [pattern: RegExp, code: string, advice: string])[] = [
  [/BUSY|LOCKED|is locked/, 'metrics_locked', 'another program holds it, close that program'],
  [
    /NOTADB|CORRUPT|malformed|not a database/,
    'metrics_damaged',
    'move it away, a new one is made at the next start',
  ],
  [/too many open files|EMFILE|ENFILE/i, 'too_many_files', RAISE_FILE_LIMIT],
  [/FULL|ENOSPC|disk is full/, 'metrics_disk_full', 'free some space'],
  [/is a folder/, 'metrics_failed', 'remove it, or set [metrics] database_path'],
  [
    /can not be opened|READONLY|EACCES|EPERM|EROFS|CANTOPEN|readonly/,
    'metrics_not_writable',
    'make the file and its folder writable for you',
  ],
];

function toProblem(path: string, cause: unknown): Problem {
  const message = inWords(cause instanceof Error ? cause.message : String(cause));
  const text = `${codeOf(cause)} ${message}`;
  const known = ADVICE.find(([pattern]) => pattern.test(text));
  const code = known?.[1] ?? 'metrics_failed';
  const advice = known?.[2] ?? 'check the file, or set [metrics] enabled = false';
  return new Problem(code, `Metrics database ${path}: ${message} (${advice})`, { cause });
}

/** The binding's own error of a file that SQLite can't open (14), and the kernel's of a folder. */
function inWords(message: string): string {
  if (message.startsWith('ConnectionFailed')) return 'it can not be opened';
  return message.startsWith('EISDIR') ? 'it is a folder' : message;
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
