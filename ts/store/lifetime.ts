import type { Database } from './database.js';
import { count } from './rows.js';
import type { SessionTotals } from './session-totals.js';
import { slope } from './statistics.js';

/** Events that are counted over all sessions, by their column. */
export type LifetimeCounter =
  | 'cuda_errors_total'
  | 'cuda_errors_recovered'
  | 'memory_pressure_events'
  | 'high_latency_warnings';

const DAY_S = 24 * 3600;
const WEEK_S = 7 * DAY_S;

/** Adds a closed session to the lifetime figures, by the original's formulas. `nowS`: epoch seconds. */
export function addToLifetime(
  database: Database,
  totals: SessionTotals,
  nowS: number,
  typingWpm: number,
): void {
  addTotals(database, totals);
  writeAverages(database, typingWpm);
  writeTrends(database, nowS);
  writeBests(database, totals);
  database.run('UPDATE lifetime_stats SET last_updated = ? WHERE id = 1', nowS);
}

export function countEvent(database: Database, counter: LifetimeCounter, by: number): void {
  database.run(
    `UPDATE lifetime_stats SET ${counter} = COALESCE(${counter}, 0) + ? WHERE id = 1`,
    by,
  );
}

function addTotals(database: Database, totals: SessionTotals): void {
  database.run(
    `UPDATE lifetime_stats SET total_words = COALESCE(total_words, 0) + ?,
      total_characters = COALESCE(total_characters, 0) + ?,
      total_sessions = COALESCE(total_sessions, 0) + 1,
      total_time_minutes = COALESCE(total_time_minutes, 0) + ?,
      total_segments = COALESCE(total_segments, 0) + ? WHERE id = 1`,
    totals.words,
    totals.characters,
    totals.activeS / 60,
    totals.segments,
  );
}

/** Averages are means over the sessions that have the figure; time saved is against typing the same words. */
function writeAverages(database: Database, typingWpm: number): void {
  database.run(
    `UPDATE lifetime_stats SET typing_equiv_wpm = ?,
      avg_wpm = COALESCE((SELECT AVG(wpm) FROM sessions WHERE wpm > 0), 0),
      avg_latency_ms = COALESCE((SELECT AVG(avg_latency_ms) FROM sessions WHERE avg_latency_ms > 0), 0)
      WHERE id = 1`,
    typingWpm,
  );
  database.run(
    `UPDATE lifetime_stats SET speedup_factor = CASE WHEN avg_wpm > 0 THEN avg_wpm / ?1 ELSE 1 END,
      time_saved_minutes = CASE WHEN avg_wpm > 0 THEN total_words * 1.0 / ?1 - total_time_minutes ELSE 0 END
      WHERE id = 1`,
    typingWpm,
  );
}

/** Slope over the sessions of the last seven days, per week. */
function writeTrends(database: Database, nowS: number): void {
  database.run(
    'UPDATE lifetime_stats SET wpm_trend_7day = ?, latency_trend_7day = ? WHERE id = 1',
    slopePerWeek(database, 'wpm', nowS),
    slopePerWeek(database, 'avg_latency_ms', nowS),
  );
}

function slopePerWeek(database: Database, column: 'wpm' | 'avg_latency_ms', nowS: number): number {
  const rows = database.all(
    `SELECT start_time AS x, ${column} AS y FROM sessions WHERE start_time >= ? AND ${column} > 0`,
    nowS - WEEK_S,
  );
  const points = rows.map((row) => [count(row.x), count(row.y)] as const);
  const times = points.map(([x]) => x);
  // Minutes stretched to a week say nothing: a trend needs sessions of at least two days.
  if (Math.max(...times) - Math.min(...times) < DAY_S) return 0;
  return slope(points) * WEEK_S;
}

/** Personal bests need words: a session without any is neither fast nor long. */
function writeBests(database: Database, totals: SessionTotals): void {
  if (totals.words === 0) return;
  database.run(
    `UPDATE lifetime_stats SET best_wpm_session = ?, best_wpm_value = ?2
      WHERE id = 1 AND COALESCE(best_wpm_value, 0) < ?2`,
    totals.sessionId,
    totals.wpm,
  );
  database.run(
    `UPDATE lifetime_stats SET longest_session_id = ?, longest_session_words = ?2
      WHERE id = 1 AND COALESCE(longest_session_words, 0) < ?2`,
    totals.sessionId,
    totals.words,
  );
  if (totals.averageLatencyMs <= 0) return;
  database.run(
    `UPDATE lifetime_stats SET lowest_latency_session = ?, lowest_latency_ms = ?2
      WHERE id = 1 AND (COALESCE(lowest_latency_ms, 0) = 0 OR lowest_latency_ms > ?2)`,
    totals.sessionId,
    totals.averageLatencyMs,
  );
}
