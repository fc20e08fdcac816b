/** One transcribed utterance as the daemon hands it over. `timestampS`: epoch seconds of its end. */
export interface SegmentRow {
  readonly sessionId: number;
  readonly timestampS: number;
  /** How old its session was when it was typed; no wall clock, which may be set meanwhile. */
  readonly sessionS: number;
  readonly durationS: number;
  readonly words: number;
  readonly characters: number;
  /** Kept only where the user asked for it (`store_transcription_text`). */
  readonly text: string;
  readonly vadLatencyMs: number;
  readonly audioSaveLatencyMs: number;
  readonly sttLatencyMs: number;
  readonly transformLatencyUs: number;
  readonly injectionLatencyMs: number;
  readonly totalLatencyMs: number;
  readonly transformations: number;
  readonly keyboardActions: number;
}

/** Figures of a session that its segments do not tell; 0 where nothing was measured. */
export interface SessionExtras {
  /** How long it was; without it the times of start and end tell. */
  readonly durationS?: number;
  readonly gpuPeakMb?: number;
  readonly gpuMeanMb?: number;
  readonly cpuMeanPercent?: number;
  readonly cpuPeakPercent?: number;
}

/** A session as it is read; `null` where the database holds nothing. `endS` null: it goes on, or was cut off. */
export interface SessionRow {
  readonly id: number;
  readonly startS: number;
  readonly endS: number | null;
  readonly durationS: number | null;
  readonly activeS: number | null;
  readonly pauseS: number | null;
  readonly words: number;
  readonly characters: number;
  readonly segments: number;
  readonly wpm: number | null;
  readonly averageLatencyMs: number | null;
  readonly medianLatencyMs: number | null;
  readonly p95LatencyMs: number | null;
  readonly transformations: number;
  readonly keyboardActions: number;
  readonly averageSegmentWords: number | null;
  readonly averageSegmentS: number | null;
  readonly gpuPeakMb: number | null;
  readonly gpuMeanMb: number | null;
  readonly cpuMeanPercent: number | null;
  readonly cpuPeakPercent: number | null;
}

/** All sessions together. Trends are changes per week over the last seven days. */
export interface LifetimeRow {
  readonly words: number;
  readonly characters: number;
  readonly sessions: number;
  readonly activeMinutes: number;
  readonly segments: number;
  readonly averageWpm: number | null;
  readonly averageLatencyMs: number | null;
  readonly typingWpm: number | null;
  readonly speedup: number | null;
  readonly savedMinutes: number | null;
  readonly wpmTrend: number | null;
  readonly latencyTrendMs: number | null;
  readonly cudaErrors: number;
  readonly cudaErrorsRecovered: number;
  readonly memoryPressureEvents: number;
  readonly highLatencyWarnings: number;
  readonly bestWpmSession: number | null;
  readonly bestWpm: number | null;
  readonly longestSession: number | null;
  readonly longestSessionWords: number | null;
  readonly fastestSession: number | null;
  readonly lowestLatencyMs: number | null;
}

/** A row as SQLite gives it: columns by name, whichever there are. */
export type RawRow = Readonly<Record<string, unknown>>;

export function toSessionRow(row: RawRow): SessionRow {
  return {
    id: count(row.id),
    startS: count(row.start_time),
    endS: figure(row.end_time),
    durationS: figure(row.duration_s),
    activeS: figure(row.active_time_s),
    pauseS: figure(row.pause_time_s),
    words: count(row.words_dictated),
    characters: count(row.characters_typed),
    segments: count(row.segments_processed),
    wpm: figure(row.wpm),
    averageLatencyMs: figure(row.avg_latency_ms),
    medianLatencyMs: figure(row.median_latency_ms),
    p95LatencyMs: figure(row.p95_latency_ms),
    transformations: count(row.transformations_count),
    keyboardActions: count(row.keyboard_actions_count),
    averageSegmentWords: figure(row.avg_segment_words),
    averageSegmentS: figure(row.avg_segment_duration_s),
    gpuPeakMb: figure(row.gpu_peak_mb),
    gpuMeanMb: figure(row.gpu_mean_mb),
    cpuMeanPercent: figure(row.cpu_mean_percent),
    cpuPeakPercent: figure(row.cpu_peak_percent),
  };
}

export function toLifetimeRow(row: RawRow): LifetimeRow {
  return {
    words: count(row.total_words),
    characters: count(row.total_characters),
    sessions: count(row.total_sessions),
    activeMinutes: count(row.total_time_minutes),
    segments: count(row.total_segments),
    averageWpm: figure(row.avg_wpm),
    averageLatencyMs: figure(row.avg_latency_ms),
    typingWpm: figure(row.typing_equiv_wpm),
    speedup: figure(row.speedup_factor),
    savedMinutes: figure(row.time_saved_minutes),
    wpmTrend: figure(row.wpm_trend_7day),
    latencyTrendMs: figure(row.latency_trend_7day),
    cudaErrors: count(row.cuda_errors_total),
    cudaErrorsRecovered: count(row.cuda_errors_recovered),
    memoryPressureEvents: count(row.memory_pressure_events),
    highLatencyWarnings: count(row.high_latency_warnings),
    bestWpmSession: figure(row.best_wpm_session),
    bestWpm: figure(row.best_wpm_value),
    longestSession: figure(row.longest_session_id),
    longestSessionWords: figure(row.longest_session_words),
    fastestSession: figure(row.lowest_latency_session),
    lowestLatencyMs: figure(row.lowest_latency_ms),
  };
}

/** A number, or null where the column is empty or missing. */
export function figure(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** A number, 0 where there is none. */
export function count(value: unknown): number {
  return figure(value) ?? 0;
}
