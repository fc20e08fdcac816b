import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../domain/units.js';

/** Whole samples in a byte count of s16le mono PCM; a torn last byte is not a sample. */
export function wholeSamples(bytes: number): number {
  return Math.floor(bytes / BYTES_PER_SAMPLE);
}

/** A stretch of one recording, in samples from its start; `toSample` is exclusive. */
export interface Stretch {
  readonly fromSample: number;
  readonly toSample: number;
}

/** Length of a stretch in seconds. */
export function stretchSeconds(stretch: Stretch): number {
  return (stretch.toSample - stretch.fromSample) / SAMPLE_RATE_HZ;
}
