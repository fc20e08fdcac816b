import type { BreakerState } from '../domain/breaker.js';
import type { ModelPlace, Place } from '../domain/history.js';
import type { LevelThresholds } from '../domain/policy-settings.js';

/** What one page is drawn from; times in seconds of `clock`, memory in MB. */
export interface ReportData {
  /** Where the figures are from, in words for people. */
  readonly source: string;
  readonly simulated: boolean;
  /** `epoch`: seconds since 1970, shown in the local zone. `run`: seconds since the start of a simulation. */
  readonly clock: 'epoch' | 'run';
  readonly fromS: number;
  readonly toS: number;
  readonly card: { readonly totalMb: number; readonly thresholds: LevelThresholds } | null;
  readonly memory: MemoryColumns;
  readonly lanes: readonly Lane[];
  readonly texts: readonly ReportText[];
  readonly marks: readonly Mark[];
}

/** Samples in order of time; where one is left out, the line between its neighbours is as good. */
export interface MemoryColumns {
  readonly t: readonly number[];
  /** Of all programs, without our cache. */
  readonly used: readonly number[];
  readonly own: readonly number[];
  readonly cache: readonly number[];
}

/** What held from when to when. */
export interface Lane {
  readonly name: string;
  readonly spans: readonly Span[];
}

export interface Span {
  readonly fromS: number;
  readonly toS: number;
  readonly value: ModelPlace | BreakerState['kind'];
}

export interface ReportText {
  readonly endedS: number;
  readonly speechS: number;
  readonly delayS: number;
  readonly rung: string;
  readonly place: Place;
  readonly words: number | null;
  readonly rescued: boolean;
}

/** A decision or what else deserves a look. */
export interface Mark {
  readonly atS: number;
  readonly kind: 'decision' | 'fault' | 'kept' | 'begin' | 'killed';
  readonly words: string;
}
