import type { DaemonState } from '../../domain/state.js';
import { writeFloat } from './python-json.js';

/** One recognised segment as metrics clients see it. */
export interface TranscriptionFacts {
  readonly text: string;
  readonly wpm: number;
  readonly latencyMs: number;
  readonly words: number;
}

/** The running figures of a session. GPU memory is that of the whole device. */
export interface MetricsFacts {
  readonly state: DaemonState;
  readonly sessionId: number | null;
  readonly segments: number;
  readonly words: number;
  readonly wpm: number;
  readonly durationS: number;
  readonly latencyMs: number;
  readonly gpuMemoryMb: number;
  readonly gpuMemoryPercent: number;
  readonly cpuPercent: number;
}

/**
 * The lines of the metrics broadcast, newline included. Compact, with the keys in this order; a float always
 * shows its decimal point, because typed clients tell `1` from `1.0`. Times are epoch seconds.
 */
export const metricsLines = {
  sessionStart: (sessionId: number, timestampS: number) =>
    `{"type":"session_start","session_id":${sessionId},"timestamp":${writeFloat(timestampS)}}\n`,
  sessionEnd: (sessionId: number, timestampS: number) =>
    `{"type":"session_end","session_id":${sessionId},"timestamp":${writeFloat(timestampS)}}\n`,
  /** `clock` is the local time as HH:MM:SS. */
  transcription: ({ text, wpm, latencyMs, words }: TranscriptionFacts, clock: string) =>
    `{"type":"transcription","text":${JSON.stringify(text)},"timestamp":"${clock}",` +
    `"wpm":${writeFloat(wpm)},"latency_ms":${writeFloat(latencyMs)},"words":${words}}\n`,
  update: (facts: MetricsFacts) =>
    `{"type":"metrics_update","state":"${facts.state}","session_id":${facts.sessionId},` +
    `"segments":${facts.segments},"words":${facts.words},"wpm":${writeFloat(facts.wpm)},` +
    `"duration_s":${writeFloat(facts.durationS)},"latency_ms":${writeFloat(facts.latencyMs)},` +
    `"gpu_memory_mb":${writeFloat(facts.gpuMemoryMb)},` +
    `"gpu_memory_percent":${writeFloat(facts.gpuMemoryPercent)},` +
    `"cpu_percent":${writeFloat(facts.cpuPercent)}}\n`,
  stateChange: (state: DaemonState, timestampS: number) =>
    `{"type":"state_change","state":"${state}","timestamp":${writeFloat(timestampS)}}\n`,
} as const;
