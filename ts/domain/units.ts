/** Samples per second of every PCM stream inside the program (mono). */
export const SAMPLE_RATE_HZ = 16_000;
/** Bytes of one sample, signed 16 bit little endian. */
export const BYTES_PER_SAMPLE = 2;
/** Samples of one voice-activity frame: 32 ms, the window that Silero VAD was trained on at 16 kHz. */
export const FRAME_SAMPLES = 512;
export const FRAME_SECONDS = FRAME_SAMPLES / SAMPLE_RATE_HZ;

/** Samples to seconds. */
export function samplesToSeconds(samples: number): number {
  return samples / SAMPLE_RATE_HZ;
}

/** Seconds to whole samples, rounded to the nearest. */
export function secondsToSamples(seconds: number): number {
  return Math.round(seconds * SAMPLE_RATE_HZ);
}
