/** A table of the metrics database as the original made it: columns in its order, with types and defaults. */
interface Table {
  readonly name: string;
  readonly columns: readonly (readonly [name: string, definition: string])[];
  readonly constraint?: string;
}

const SESSIONS: Table = {
  name: 'sessions',
  columns: [
    ['id', 'INTEGER PRIMARY KEY AUTOINCREMENT'],
    ['start_time', 'REAL NOT NULL'],
    ['end_time', 'REAL'],
    ['duration_s', 'REAL'],
    ['active_time_s', 'REAL'],
    ['pause_time_s', 'REAL'],
    ['words_dictated', 'INTEGER DEFAULT 0'],
    ['characters_typed', 'INTEGER DEFAULT 0'],
    ['segments_processed', 'INTEGER DEFAULT 0'],
    ['wpm', 'REAL'],
    ['typing_equiv_wpm', 'REAL'],
    ['avg_latency_ms', 'REAL'],
    ['median_latency_ms', 'REAL'],
    ['p95_latency_ms', 'REAL'],
    ['transformations_count', 'INTEGER DEFAULT 0'],
    ['keyboard_actions_count', 'INTEGER DEFAULT 0'],
    ['avg_segment_words', 'REAL'],
    ['avg_segment_duration_s', 'REAL'],
    ['gpu_peak_mb', 'REAL'],
    ['gpu_mean_mb', 'REAL'],
    ['cpu_mean_percent', 'REAL'],
    ['cpu_peak_percent', 'REAL'],
  ],
};

const SEGMENTS: Table = {
  name: 'segments',
  columns: [
    ['id', 'INTEGER PRIMARY KEY AUTOINCREMENT'],
    ['session_id', 'INTEGER NOT NULL'],
    ['timestamp', 'REAL NOT NULL'],
    ['duration_s', 'REAL'],
    ['words', 'INTEGER'],
    ['characters', 'INTEGER'],
    ['text', 'TEXT'],
    ['vad_latency_ms', 'REAL'],
    ['audio_save_latency_ms', 'REAL'],
    ['stt_latency_ms', 'REAL'],
    ['transform_latency_us', 'REAL'],
    ['injection_latency_ms', 'REAL'],
    ['total_latency_ms', 'REAL'],
    ['transformations_count', 'INTEGER DEFAULT 0'],
    ['keyboard_actions_count', 'INTEGER DEFAULT 0'],
  ],
  constraint: 'FOREIGN KEY (session_id) REFERENCES sessions(id) ON DELETE CASCADE',
};

const LIFETIME_STATS: Table = {
  name: 'lifetime_stats',
  columns: [
    ['id', 'INTEGER PRIMARY KEY CHECK (id = 1)'],
    ['total_words', 'INTEGER'],
    ['total_characters', 'INTEGER'],
    ['total_sessions', 'INTEGER'],
    ['total_time_minutes', 'REAL'],
    ['total_segments', 'INTEGER'],
    ['avg_wpm', 'REAL'],
    ['avg_latency_ms', 'REAL'],
    ['typing_equiv_wpm', 'REAL DEFAULT 40'],
    ['speedup_factor', 'REAL DEFAULT 1'],
    ['time_saved_minutes', 'REAL'],
    ['wpm_trend_7day', 'REAL'],
    ['latency_trend_7day', 'REAL'],
    ['cuda_errors_total', 'INTEGER'],
    ['cuda_errors_recovered', 'INTEGER'],
    ['memory_pressure_events', 'INTEGER'],
    ['high_latency_warnings', 'INTEGER'],
    ['best_wpm_session', 'INTEGER'],
    ['best_wpm_value', 'REAL'],
    ['longest_session_words', 'INTEGER'],
    ['longest_session_id', 'INTEGER'],
    ['lowest_latency_session', 'INTEGER'],
    ['lowest_latency_ms', 'REAL'],
    ['last_updated', 'REAL'],
  ],
};

const TABLES: readonly Table[] = [SESSIONS, SEGMENTS, LIFETIME_STATS];

const INDEXES = [
  'CREATE INDEX IF NOT EXISTS idx_sessions_start_time ON sessions(start_time)',
  'CREATE INDEX IF NOT EXISTS idx_segments_session_id ON segments(session_id)',
  'CREATE INDEX IF NOT EXISTS idx_segments_timestamp ON segments(timestamp)',
];

/** The one row of `lifetime_stats` starts with zeros, so that whoever reads it meets numbers. */
const FIRST_LIFETIME_ROW = `INSERT OR IGNORE INTO lifetime_stats (id, total_words, total_characters,
  total_sessions, total_time_minutes, total_segments, avg_wpm, avg_latency_ms, typing_equiv_wpm,
  speedup_factor, time_saved_minutes, wpm_trend_7day, latency_trend_7day, cuda_errors_total,
  cuda_errors_recovered, memory_pressure_events, high_latency_warnings)
  VALUES (1, 0, 0, 0, 0, 0, 0, 0, 40, 1, 0, 0, 0, 0, 0, 0, 0)`;

/** What the schema needs of a database. */
export interface SchemaTarget {
  execute(sql: string): void;
  columnsOf(table: string): ReadonlySet<string>;
}

/**
 * Creates what is missing and adds columns that an older daemon's tables lack; columns that we do not know
 * stay untouched. Repeatable.
 */
export function ensureSchema(target: SchemaTarget): void {
  for (const table of TABLES) {
    target.execute(createStatement(table));
    addMissingColumns(target, table);
  }
  for (const index of INDEXES) target.execute(index);
  target.execute(FIRST_LIFETIME_ROW);
}

function createStatement(table: Table): string {
  const columns = table.columns.map(([name, definition]) => `  ${name} ${definition}`);
  const parts = table.constraint === undefined ? columns : [...columns, `  ${table.constraint}`];
  return `CREATE TABLE IF NOT EXISTS ${table.name} (\n${parts.join(',\n')}\n)`;
}

/** A column that is added later can't be NOT NULL without a default, so that part is left out. */
function addMissingColumns(target: SchemaTarget, table: Table): void {
  const present = target.columnsOf(table.name);
  for (const [name, definition] of table.columns) {
    if (present.has(name)) continue;
    target.execute(
      `ALTER TABLE ${table.name} ADD COLUMN ${name} ${definition.replace(' NOT NULL', '')}`,
    );
  }
}
