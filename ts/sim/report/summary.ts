import type { Machine } from '../machine/machine.js';
import type { LevelTimes } from './level-times.js';
import { roundTo } from './report.js';
import type { SpeechBook } from './speech-book.js';
import type { Tally } from './tally.js';

/** What became of the run; `lost` must be 0. */
export interface SimulationVerdict {
  readonly lost: number;
}

export interface Outcome {
  readonly speech: SpeechBook;
  readonly machine: Machine;
  readonly tally: Tally;
  readonly times: LevelTimes;
  readonly pending: number;
  readonly lost: number;
}

/** The last line of the output. */
export function summarize(outcome: Outcome): string {
  const { speech, machine, tally, times } = outcome;
  const summary = {
    utterances: speech.spoken,
    on_gpu: speech.onGpu,
    on_cpu: speech.onCpu,
    ...(machine.world.remote === null ? {} : { on_remote: speech.onRemote }),
    pending: outcome.pending,
    lost: outcome.lost,
    gpu_oom: machine.counts.gpuOom,
    faults: machine.counts.faults,
    moves_vad: tally.movesVad,
    moves_stt: tally.movesStt,
    worker_spawns: tally.workerSpawns,
    probes: tally.probes,
    breaker_opened: tally.breakerOpened,
    seconds: roundTimes(times),
    gpu_share: shareOf(speech.onGpu, speech.onGpu + speech.onCpu + speech.onRemote),
    text_delay_s: rankDelays(speech.delaysS),
  };
  return JSON.stringify({ summary });
}

function roundTimes(times: LevelTimes): LevelTimes['seconds'] {
  const { normal, warning, critical, emergency, degraded } = times.seconds;
  return {
    normal: roundTo(normal, 1000),
    warning: roundTo(warning, 1000),
    critical: roundTo(critical, 1000),
    emergency: roundTo(emergency, 1000),
    degraded: roundTo(degraded, 1000),
  };
}

/** 0 where there was nothing to share. */
function shareOf(part: number, whole: number): number {
  return whole === 0 ? 0 : roundTo(part / whole, 10_000);
}

/** Nearest-rank percentiles; 0 where nothing was written. */
function rankDelays(delaysS: readonly number[]): { p50: number; p95: number; max: number } {
  const sorted = Float64Array.from(delaysS).sort();
  const rank = (share: number): number =>
    roundTo(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0, 1000);
  return { p50: rank(0.5), p95: rank(0.95), max: rank(1) };
}
