import type { Recorder } from '../../system/desktop/recorders.js';
import { startProgram } from '../../system/process/process.js';
import type { Env } from './check.js';

/** One second of s16le at 16 kHz. */
const SECOND_BYTES = 32_000;
/** PulseAudio's idle devices take up to 2 s to wake up. */
const LONGEST_MS = 5_000;
/** Below this a quiet room's noise is missing too: -80 dB of full scale. */
const SILENT_RMS = 3.3;

/** What came through an input in one second, dB of full scale. */
export interface Level {
  readonly rmsDb: number;
  readonly peakDb: number;
  readonly isSilent: boolean;
  /** The recording program that gave it. */
  readonly program: string;
}

/** Records one second with each of these programs until one gives sound; null where none does. */
export async function measureLevel(
  recorders: readonly Recorder[],
  env: Env,
): Promise<Level | null> {
  for (const recorder of recorders) {
    const pcm = await recordSecond(recorder, env);
    if (pcm.length < SECOND_BYTES) continue;
    const { rms, peak } = measure(pcm);
    const isSilent = rms < SILENT_RMS;
    return { rmsDb: toDb(rms), peakDb: toDb(peak), isSilent, program: recorder.name };
  }
  return null;
}

async function recordSecond(recorder: Recorder, env: Env): Promise<Buffer> {
  const program = startProgram(recorder.command, recorder.args, {
    env,
    stdout: 'pipe',
    ifWeDie: 'killed',
  });
  const chunks: Buffer[] = [];
  let bytes = 0;
  const enough = new Promise<void>((resolve) => {
    program.stdout?.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes >= SECOND_BYTES) resolve();
    });
  });
  const late = new Promise((resolve) => setTimeout(resolve, LONGEST_MS).unref());
  await Promise.race([enough, program.exited, late]);
  await program.terminate(200);
  return Buffer.concat(chunks).subarray(0, SECOND_BYTES);
}

function measure(pcm: Buffer): { readonly rms: number; readonly peak: number } {
  let squares = 0;
  let peak = 0;
  for (let at = 0; at + 1 < pcm.length; at += 2) {
    const sample = pcm.readInt16LE(at);
    squares += sample * sample;
    peak = Math.max(peak, Math.abs(sample));
  }
  return { rms: Math.sqrt(squares / Math.max(1, pcm.length / 2)), peak };
}

/** Of full scale; silence has no logarithm. */
function toDb(level: number): number {
  return Math.round(20 * Math.log10(Math.max(level, 0.1) / 32_768));
}
