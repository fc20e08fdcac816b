import { BYTES_PER_SAMPLE, FRAME_SAMPLES } from '../../domain/units.js';

const FRAME_BYTES = FRAME_SAMPLES * BYTES_PER_SAMPLE;
const FULL_SCALE = 32_768;

/** Root mean square of a sample without its offset, and the offset; both in units of one sample. */
export interface Loudness {
  readonly rms: number;
  readonly offset: number;
}

export function measure(pcm: Buffer): Loudness {
  const samples = Math.floor(pcm.length / BYTES_PER_SAMPLE);
  if (samples === 0) return { rms: 0, offset: 0 };
  let sum = 0;
  let squares = 0;
  for (let at = 0; at < samples; at += 1) {
    const sample = pcm.readInt16LE(at * BYTES_PER_SAMPLE);
    sum += sample;
    squares += sample * sample;
  }
  const offset = sum / samples;
  return { rms: Math.sqrt(Math.max(0, squares / samples - offset * offset)), offset };
}

/** Decibels of full scale to a root mean square. */
export function fromDb(db: number): number {
  return FULL_SCALE * 10 ** (db / 20);
}

/** Each frame of 32 ms; what is left behind the last whole one is none. */
export function framesOf(pcm: Buffer): Buffer[] {
  const frames = Math.floor(pcm.length / FRAME_BYTES);
  return Array.from({ length: frames }, (_, at) =>
    pcm.subarray(at * FRAME_BYTES, (at + 1) * FRAME_BYTES),
  );
}

/** Each sample less the offset, times the gain, in bounds. */
export function adjust(pcm: Buffer, offset: number, gain: number): Buffer {
  const out = Buffer.alloc(pcm.length);
  for (let at = 0; at + 1 < pcm.length; at += BYTES_PER_SAMPLE) {
    const sample = Math.round((pcm.readInt16LE(at) - offset) * gain);
    out.writeInt16LE(Math.max(-FULL_SCALE, Math.min(FULL_SCALE - 1, sample)), at);
  }
  return out;
}

/** An offset that is heard: 1 % of full scale, or more than the sound around it. */
export function isOffset({ rms, offset }: Loudness): boolean {
  const size = Math.abs(offset);
  return size > OFFSET || (size > SMALL_OFFSET && size > 2 * rms);
}

const OFFSET = FULL_SCALE / 100;
const SMALL_OFFSET = 16;
