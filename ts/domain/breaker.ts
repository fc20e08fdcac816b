import type { FaultClass } from './fault.js';

/**
 * The circuit breaker in front of the GPU. Open means "no GPU", never "no transcription".
 * Times are seconds on the policy's monotonic clock.
 */
export type BreakerState =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open';
      readonly cause: FaultClass;
      /** Earliest time of the next probe. */
      readonly untilS: number;
      /** Probes that failed in a row, index into the schedule of waits. */
      readonly failures: number;
    }
  | { readonly kind: 'half_open'; readonly cause: FaultClass; readonly failures: number }
  | { readonly kind: 'isolated'; readonly cause: FaultClass };

/** What is kept on disk over a restart; `remainingS` because the monotonic clock starts anew. */
export interface BreakerMemory {
  readonly kind: BreakerState['kind'];
  readonly cause: FaultClass;
  readonly remainingS: number;
  readonly failures: number;
}

/** The breaker of the engine on another machine, in the same words. Reasons are for people. */
export type RemoteBreaker =
  | { readonly kind: 'closed' }
  | {
      readonly kind: 'open';
      readonly untilS: number;
      readonly failures: number;
      readonly reason: string;
    }
  | { readonly kind: 'half_open'; readonly failures: number; readonly reason: string }
  /** Only a person can mend it: another `[remote]`, and a new start. */
  | { readonly kind: 'isolated'; readonly reason: string };
