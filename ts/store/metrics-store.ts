import { type CleanupLimits, type CleanupReport, cleanUp } from './cleanup.js';
import { Database, ensurePrivateFile } from './database.js';
import { addToLifetime, countEvent, type LifetimeCounter } from './lifetime.js';
import { count, figure, type SegmentRow, type SessionExtras } from './rows.js';
import { ensureSchema } from './schema.js';
import { closeSession } from './session-totals.js';
import { wordsPerMinute } from './statistics.js';

export interface StoreOptions {
  /** Typing speed that the time saved is measured against, words per minute. */
  readonly typingWpm?: number;
  /** Keep the text of segments. Off by default: transcripts are private. */
  readonly storeText?: boolean;
}

/** The writing side of the metrics database; one owner, the daemon. Times are epoch seconds. */
export interface MetricsStore {
  /** The new session's id. */
  startSession(atS: number): number;
  addSegment(segment: SegmentRow): void;
  endSession(sessionId: number, atS: number, extras?: SessionExtras): void;
  countEvent(counter: LifetimeCounter, by?: number): void;
  cleanUp(nowS: number, limits: CleanupLimits): CleanupReport;
  close(): void;
}

/**
 * A lock that another program holds is waited for this long, ms: writing happens on the daemon's only
 * thread, so a wait must stay below what delays a keystroke noticeably.
 */
const BUSY_TIMEOUT_MS = 50;

/**
 * Opens the database, creating or completing its schema, and closes sessions that a killed daemon left
 * open. Every method throws a `Problem` (`metrics_locked`, `metrics_damaged`, `metrics_disk_full`,
 * `metrics_not_writable`, `metrics_failed`) and nothing else; tolerant-store.ts is the side that never throws.
 */
export function openMetricsStore(path: string, options: StoreOptions = {}): MetricsStore {
  ensurePrivateFile(path);
  const database = new Database(path, BUSY_TIMEOUT_MS);
  try {
    // WAL lets the command line read while we write; NORMAL flushes at checkpoints, not at each segment.
    for (const pragma of ['journal_mode = WAL', 'synchronous = NORMAL', 'foreign_keys = ON']) {
      database.all(`PRAGMA ${pragma}`);
    }
    ensureSchema(database);
    const store = new SqliteStore(path, database, options);
    store.closeAbandonedSessions();
    return store;
  } catch (error) {
    database.close();
    throw error;
  }
}

class SqliteStore implements MetricsStore {
  readonly #path: string;
  readonly #database: Database;
  readonly #typingWpm: number;
  readonly #storeText: boolean;

  constructor(path: string, database: Database, options: StoreOptions) {
    this.#path = path;
    this.#database = database;
    this.#typingWpm = options.typingWpm ?? 40;
    this.#storeText = options.storeText ?? false;
  }

  startSession(atS: number): number {
    return this.#database.run(
      'INSERT INTO sessions (start_time, typing_equiv_wpm) VALUES (?, ?)',
      atS,
      this.#typingWpm,
    );
  }

  addSegment(segment: SegmentRow): void {
    this.#database.inTransaction(() => {
      this.#insertSegment(segment);
      this.#addToSession(segment);
    });
  }

  endSession(sessionId: number, atS: number, extras: SessionExtras = {}): void {
    this.#database.inTransaction(() => this.#close(sessionId, atS, extras));
  }

  countEvent(counter: LifetimeCounter, by = 1): void {
    countEvent(this.#database, counter, by);
  }

  cleanUp(nowS: number, limits: CleanupLimits): CleanupReport {
    return cleanUp(this.#database, this.#path, nowS, limits);
  }

  /** The log goes into the file, so that a copy of the one file is the whole database. */
  close(): void {
    this.#database.all('PRAGMA wal_checkpoint(TRUNCATE)');
    this.#database.close();
  }

  /** A session without an end has none because its daemon was killed: it ended with its last segment. */
  closeAbandonedSessions(): void {
    const open = this.#database.all(
      `SELECT id, duration_s, COALESCE((SELECT MAX(timestamp) FROM segments WHERE session_id = sessions.id), start_time)
        AS last_s FROM sessions WHERE end_time IS NULL`,
    );
    for (const row of open) {
      const durationS = figure(row.duration_s);
      const extras = durationS === null ? {} : { durationS };
      this.endSession(count(row.id), count(row.last_s), extras);
    }
  }

  #close(sessionId: number, atS: number, extras: SessionExtras): void {
    const totals = closeSession(this.#database, sessionId, atS, extras);
    if (totals !== null) addToLifetime(this.#database, totals, atS, this.#typingWpm);
  }

  #insertSegment(segment: SegmentRow): void {
    this.#database.run(
      `INSERT INTO segments (session_id, timestamp, duration_s, words, characters, text, vad_latency_ms,
        audio_save_latency_ms, stt_latency_ms, transform_latency_us, injection_latency_ms, total_latency_ms,
        transformations_count, keyboard_actions_count) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?)`,
      segment.sessionId,
      segment.timestampS,
      segment.durationS,
      segment.words,
      segment.characters,
      this.#storeText ? segment.text : null,
      segment.vadLatencyMs,
      segment.audioSaveLatencyMs,
      segment.sttLatencyMs,
      segment.transformLatencyUs,
      segment.injectionLatencyMs,
      segment.totalLatencyMs,
      segment.transformations,
      segment.keyboardActions,
    );
  }

  /** Running figures, so that readers see the session grow and a kill leaves them nearly right. */
  #addToSession(segment: SegmentRow): void {
    const row = this.#database.first('SELECT * FROM sessions WHERE id = ?', segment.sessionId);
    const words = count(row?.words_dictated) + segment.words;
    const activeS = count(row?.active_time_s) + segment.durationS;
    this.#database.run(
      `UPDATE sessions SET words_dictated = ?, characters_typed = COALESCE(characters_typed, 0) + ?,
        segments_processed = COALESCE(segments_processed, 0) + 1, duration_s = ?, active_time_s = ?, wpm = ?,
        transformations_count = COALESCE(transformations_count, 0) + ?,
        keyboard_actions_count = COALESCE(keyboard_actions_count, 0) + ? WHERE id = ?`,
      words,
      segment.characters,
      segment.sessionS,
      activeS,
      wordsPerMinute(words, activeS),
      segment.transformations,
      segment.keyboardActions,
      segment.sessionId,
    );
  }
}
