import { BYTES_PER_SAMPLE } from '../../domain/units.js';

/** How the bytes of a stream make samples. */
export type Alignment = 'aligned' | 'shifted' | 'swapped';

/** Fewer samples say too little. */
const FEWEST_SAMPLES = 160;
/** Of two neighbouring bytes the upper one changes slowly from sample to sample; the lower one looks like noise. */
const CLEAR = 3;
/** Mean change of the noisy bytes below which there is no sound to judge by. */
const QUIET = 4;

/**
 * Whether s16le bytes are what they should be: `shifted` by one byte, or `swapped` within each sample (big-endian).
 * `null`: too little sound to tell.
 */
export function findAlignment(bytes: Buffer): Alignment | null {
  const samples = Math.floor(bytes.length / BYTES_PER_SAMPLE) - 1;
  if (samples < FEWEST_SAMPLES) return null;
  let upper = 0;
  let lower = 0;
  for (let at = 2; at + 1 < bytes.length; at += 2) {
    upper += Math.abs(bytes.readInt8(at + 1) - bytes.readInt8(at - 1));
    lower += Math.abs(bytes.readInt8(at) - bytes.readInt8(at - 2));
  }
  if (Math.max(upper, lower) / samples < QUIET) return null;
  if (lower > CLEAR * upper) return 'aligned';
  if (upper < CLEAR * lower) return null;
  return roughness(bytes, bigEndian) * 1.5 < roughness(bytes, oneByteLater) ? 'swapped' : 'shifted';
}

const bigEndian = (bytes: Buffer, at: number) => bytes.readInt16BE(at);
const oneByteLater = (bytes: Buffer, at: number) => bytes.readInt16LE(at + 1);

/** Second differences: the wrong lower byte makes a voice rough. */
function roughness(bytes: Buffer, read: (bytes: Buffer, at: number) => number): number {
  let sum = 0;
  for (let at = 4; at + 3 < bytes.length; at += 2) {
    sum += Math.abs(read(bytes, at) - 2 * read(bytes, at - 2) + read(bytes, at - 4));
  }
  return sum;
}
