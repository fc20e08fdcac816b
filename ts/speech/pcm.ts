import { SAMPLE_RATE_HZ } from '../domain/units.js';

/** A stretch of one recording, in samples from its start; `toSample` is exclusive. */
export interface Stretch {
  readonly fromSample: number;
  readonly toSample: number;
}

/** Length of a stretch in seconds. */
export function stretchSeconds(stretch: Stretch): number {
  return (stretch.toSample - stretch.fromSample) / SAMPLE_RATE_HZ;
}
