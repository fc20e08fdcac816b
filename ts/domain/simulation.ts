import type { Model, Wish } from './device.js';
import type { FaultClass } from './fault.js';
import type { RemoteOrder } from './policy-settings.js';

/** The modelled computer of `swictation simulate`. MB are 10^6 bytes, names end in their unit. */
export interface SimulatedWorld {
  readonly totalMb: number;
  readonly sttMb: number;
  /** A smaller speech model for the card; null: there is none. */
  readonly smallSttMb: number | null;
  readonly vadMb: number;
  /** CUDA context of each process that uses the card. */
  readonly contextMb: number;
  /** Peak of a transcription above the weights: base + perS x longest window. */
  readonly activationBaseMb: number;
  readonly activationMbPerS: number;
  /** Seconds of computing per second of speech. */
  readonly gpuRtf: number;
  readonly cpuRtf: number;
  readonly gpuLoadS: number;
  readonly cpuLoadS: number;
  /** Host memory left before our CPU engine is loaded. */
  readonly ramFreeMb: number;
  readonly cpuEngineMb: number;
  readonly gpu: boolean;
  /** Null: no engine on another machine. */
  readonly remote: RemoteOrder | null;
  readonly remoteRtf: number;
  /** There and back, the connection included. */
  readonly remoteRttS: number;
}

/** `slow`: it answers, but too late. */
export type RemoteHealth = 'up' | 'down' | 'slow';

/** What happens in the modelled world at one moment; every member but the time is optional. */
export interface WorldEvent {
  /** Seconds of the world's clock, which goes on while the computer sleeps. */
  readonly atS: number;
  readonly othersMb?: number | undefined;
  readonly ramFreeMb?: number | undefined;
  readonly leakMbPerMin?: number | undefined;
  readonly driver?: 'gone' | 'back' | undefined;
  readonly fault?: FaultClass | undefined;
  /** How the engine on another machine is from now on. */
  readonly remote?: RemoteHealth | undefined;
  readonly speechS?: number | undefined;
  readonly migrate?: { readonly model: Model; readonly device: Wish } | undefined;
  readonly suspend?: boolean | undefined;
  readonly resume?: boolean | undefined;
  readonly end?: boolean | undefined;
}

export interface Timeline {
  readonly world: SimulatedWorld;
  /** By rising time. */
  readonly events: Iterable<WorldEvent>;
}
