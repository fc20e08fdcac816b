import type { Database } from './database.js';
import { count, figure, type RawRow, type SessionExtras } from './rows.js';
import { mean, quantile, wordsPerMinute } from './statistics.js';

/** What a closed session adds to the lifetime figures. */
export interface SessionTotals {
  readonly sessionId: number;
  readonly words: number;
  readonly characters: number;
  readonly segments: number;
  readonly activeS: number;
  readonly wpm: number;
  readonly averageLatencyMs: number;
}

/** Writes the end of a session and every figure that follows from its segments. */
export function closeSession(
  database: Database,
  sessionId: number,
  endS: number,
  extras: SessionExtras,
): SessionTotals | null {
  const session = database.first('SELECT * FROM sessions WHERE id = ?', sessionId);
  if (session === null) return null;
  const segments = database.all('SELECT * FROM segments WHERE session_id = ?', sessionId);
  const totals =
    segments.length === 0 ? totalsOfRow(session) : totalsOfSegments(sessionId, segments);
  const durationS = extras.durationS ?? Math.max(0, endS - count(session.start_time));
  writeTimes(database, totals, endS, durationS);
  writeCounts(database, totals, segments);
  writeLatencies(database, totals, segments);
  writeExtras(database, sessionId, extras);
  return totals;
}

function totalsOfSegments(sessionId: number, segments: readonly RawRow[]): SessionTotals {
  const words = sum(segments, 'words');
  const activeS = sum(segments, 'duration_s');
  return {
    sessionId,
    words,
    characters: sum(segments, 'characters'),
    segments: segments.length,
    activeS,
    wpm: wordsPerMinute(words, activeS),
    averageLatencyMs: mean(latencies(segments)),
  };
}

/** A session whose segments are not kept stays as its row tells. */
function totalsOfRow(session: RawRow): SessionTotals {
  return {
    sessionId: count(session.id),
    words: count(session.words_dictated),
    characters: count(session.characters_typed),
    segments: count(session.segments_processed),
    activeS: count(session.active_time_s),
    wpm: count(session.wpm),
    averageLatencyMs: count(session.avg_latency_ms),
  };
}

function writeTimes(
  database: Database,
  totals: SessionTotals,
  endS: number,
  durationS: number,
): void {
  database.run(
    'UPDATE sessions SET end_time = ?, duration_s = ?, active_time_s = ?, pause_time_s = ?, wpm = ? WHERE id = ?',
    endS,
    durationS,
    totals.activeS,
    Math.max(0, durationS - totals.activeS),
    totals.wpm,
    totals.sessionId,
  );
}

function writeCounts(database: Database, totals: SessionTotals, segments: readonly RawRow[]): void {
  database.run(
    `UPDATE sessions SET words_dictated = ?, characters_typed = ?, segments_processed = ?,
      avg_segment_words = ?, avg_segment_duration_s = ? WHERE id = ?`,
    totals.words,
    totals.characters,
    totals.segments,
    totals.segments === 0 ? 0 : totals.words / totals.segments,
    totals.segments === 0 ? 0 : totals.activeS / totals.segments,
    totals.sessionId,
  );
  if (segments.length === 0) return;
  database.run(
    'UPDATE sessions SET transformations_count = ?, keyboard_actions_count = ? WHERE id = ?',
    sum(segments, 'transformations_count'),
    sum(segments, 'keyboard_actions_count'),
    totals.sessionId,
  );
}

function writeLatencies(
  database: Database,
  totals: SessionTotals,
  segments: readonly RawRow[],
): void {
  const values = latencies(segments);
  database.run(
    'UPDATE sessions SET avg_latency_ms = ?, median_latency_ms = ?, p95_latency_ms = ? WHERE id = ?',
    totals.averageLatencyMs,
    quantile(values, 0.5),
    quantile(values, 0.95),
    totals.sessionId,
  );
}

function writeExtras(database: Database, sessionId: number, extras: SessionExtras): void {
  database.run(
    `UPDATE sessions SET gpu_peak_mb = ?, gpu_mean_mb = ?, cpu_mean_percent = ?, cpu_peak_percent = ?
      WHERE id = ?`,
    extras.gpuPeakMb ?? 0,
    extras.gpuMeanMb ?? 0,
    extras.cpuMeanPercent ?? 0,
    extras.cpuPeakPercent ?? 0,
    sessionId,
  );
}

function latencies(segments: readonly RawRow[]): number[] {
  return segments
    .map((segment) => figure(segment.total_latency_ms))
    .filter((value) => value !== null);
}

function sum(segments: readonly RawRow[], column: string): number {
  return segments.reduce((total, segment) => total + count(segment[column]), 0);
}
