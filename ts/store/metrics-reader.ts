import { statSync } from 'node:fs';
import { Database } from './database.js';
import {
  type LifetimeRow,
  type RawRow,
  type SessionRow,
  toLifetimeRow,
  toSessionRow,
} from './rows.js';

/** The reading side, for the command line: works while the daemon writes, and while it is down. */
export interface MetricsReader {
  /** Latest first. */
  readSessions(limit: number): SessionRow[];
  readSession(sessionId: number): SessionRow | null;
  /** Null where no session has been closed yet. */
  readSummary(): LifetimeRow | null;
  close(): void;
}

/** A reader waits longer than the writer: a person waits for the table anyway. */
const BUSY_TIMEOUT_MS = 1000;

/** Null where there is no database yet; nothing is created. Throws a `Problem` as the writing side does. */
export function openMetricsReader(path: string): MetricsReader | null {
  if (!isThere(path)) return null;
  const database = new Database(path, BUSY_TIMEOUT_MS);
  try {
    database.all('PRAGMA query_only = ON');
    const tables = database.all("SELECT name FROM sqlite_master WHERE type = 'table'");
    return createReader(database, new Set(tables.map((row) => row.name)));
  } catch (error) {
    database.close();
    throw error;
  }
}

/** A file that nobody may look at is there; opening it says so. */
function isThere(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch (error) {
    return !(error instanceof Error && 'code' in error && error.code === 'ENOTDIR');
  }
}

function createReader(database: Database, tables: ReadonlySet<unknown>): MetricsReader {
  const read = (table: string, rest: string, ...values: number[]): RawRow[] =>
    tables.has(table) ? database.all(`SELECT * FROM ${table} ${rest}`, ...values) : [];
  return {
    readSessions: (limit) =>
      read('sessions', 'ORDER BY start_time DESC, id DESC LIMIT ?', limit).map(toSessionRow),
    readSession: (sessionId) =>
      read('sessions', 'WHERE id = ?', sessionId).map(toSessionRow)[0] ?? null,
    readSummary: () => {
      const lifetime = read('lifetime_stats', 'WHERE id = 1').map(toLifetimeRow)[0];
      return lifetime === undefined || lifetime.sessions === 0 ? null : lifetime;
    },
    close: () => database.close(),
  };
}
