import type { DeliveryOutcome } from '../../ts/inject/sink.js';

/** What type-pieces.mjs says of one delivery. */
export interface Delivered {
  readonly outcome: DeliveryOutcome;
  readonly done: number;
  readonly tookMs: number;
  readonly notices: readonly string[];
}
