import type { PolicySettings } from '../../domain/policy-settings.js';

/** The defaults of docs/policy.md: the model is Canary 1 B at precision 16, its figures are measured in MB of 10^6 bytes. */
export const DEFAULT_SETTINGS: PolicySettings = {
  thresholds: null,
  device: 'auto',
  sttMb: 1766,
  vadMb: 2.2,
  contextMb: 300,
  needBaseMb: 60,
  needMbPerS: 4,
  cpuEngineMb: 600,
  keepCpuWarm: true,
  idleS: 600,
  patienceS: 2,
  minReclaimMb: 64,
  relaxS: 30,
  dwellS: 60,
  hangFactor: 3,
  hangFloorS: 2,
  loadDeadlineS: 60,
  remote: null,
  seed: 1,
};

/** A measurement that is older says nothing about the transcription that is about to start. */
export const FRESH_SAMPLE_S = 0.1;
/** An answer to `sample` that takes longer is given up; the utterance goes to the CPU. */
export const SAMPLE_ANSWER_S = 1;
/** A measurement that is not answered this long is asked for again. */
export const LOST_S = 3;
/** Bounds of the sampling interval, headroom / fill rate in between. */
export const SAMPLE_SHORTEST_S = 0.1;
export const SAMPLE_LONGEST_S = 1;
/** A breach that the fill rate foretells within this time counts like the breach itself. */
export const PROJECTION_S = 1;
/** Longest pieces of audio given to the model at once; 40 s is also the length Canary was trained on. */
export const WINDOWS_S = [40, 20, 10] as const;
export const LONGEST_WINDOW_S = 40;
export const SHORTEST_WINDOW_S = 10;
/** Length whose need stands for the next utterance when a return to the card is weighed. */
export const TYPICAL_SECONDS = 10;
/** A return that lasted less than this has failed: the dwell doubles, up to its longest. */
export const RETURN_PROVEN_S = 600;
export const LONGEST_DWELL_S = 1800;
/** Two moves of a model are never closer together, whatever other programs do. */
export const MOVE_SPACING_S = 60;
/** A return that is due waits this long for silence; then it is done while someone speaks. */
export const SILENCE_PATIENCE_S = 15;
/** At most so many starts of a GPU worker within the span. */
export const GPU_STARTS = 5;
export const GPU_STARTS_SPAN_S = 600;
/** Waits before the CPU worker is started again after it failed. */
export const CPU_RESPAWN_WAITS_S = [0, 0.2, 1, 5, 15, 60] as const;
/** Waits before the GPU worker is started again after it died. */
export const GPU_RESPAWN_WAITS_S = [0, 1, 5, 15, 60] as const;
/** Failed attempts on the CPU after which an utterance is given up; so many bad starts say that an engine does not start. */
export const ATTEMPTS = 3;
/** The same on the card, where there is no CPU engine: more, because there it is mostly the card that is to blame. */
export const GPU_ATTEMPTS = 6;
/** Deadline of a transcription on the CPU: audio x factor + floor. */
export const CPU_HANG_FACTOR = 10;
export const CPU_HANG_FLOOR_S = 20;
/** Deadline of a move, an emptied cache and the end of a process. */
export const MOVE_DEADLINE_S = 15;
export const EMPTY_DEADLINE_S = 3;
export const END_DEADLINE_S = 10;
/** The second out-of-memory (or hang) within this time opens the breaker. */
export const REPEAT_SPAN_S = 300;
/** An engine that is not kept warm is ended after this long without work. */
export const CPU_IDLE_S = 120;
/**
 * Longest wait for an engine on another machine: audio x factor + floor. A server that serves several people answers
 * within its length; behind that the next rung has the text sooner.
 */
export const REMOTE_FACTOR = 1;
export const REMOTE_FLOOR_S = 3;
/** Waits before it is tried again with the known clip, by the failures in a row. */
export const REMOTE_WAITS_S = [5, 15, 60, 300, 900] as const;
/** Waits between attempts in degraded mode. */
export const DEGRADED_WAITS_S = [2, 5, 10, 20, 30] as const;
