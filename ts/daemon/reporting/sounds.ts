import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SAMPLE_RATE_HZ } from '../../domain/units.js';
import { toWav } from '../../protocol/wav.js';
import type { Env } from '../../system/env.js';
import { findOnPath } from '../../system/find-on-path.js';
import { runProgram } from '../../system/process/process.js';

/** What people hear without looking. */
export type Cue = 'start' | 'stop' | 'pending';

export interface SoundOptions {
  readonly env: Env;
  /** Private; the sounds are written here. */
  readonly folder: string;
  isEnabled(): boolean;
}

/** Frequencies of each cue in Hz, one behind another: up, down, and the same twice. */
const TONES: Readonly<Record<Cue, readonly number[]>> = {
  start: [660, 880],
  stop: [880, 660],
  pending: [520, 520],
};
const TONE_S = 0.05;
const GAP_S = 0.03;
/** Quiet: it is not to be heard by the microphone more than a key that is pressed. */
const AMPLITUDE = 0.1;
const LONGEST_MS = 3_000;

/** In the order in which they are looked for. */
const PLAYERS: readonly (readonly [name: string, ...args: string[]])[] = [
  ['pw-play'],
  ['paplay'],
  ['aplay', '-q'],
];

/** Short sounds through whichever player is there; without one, or where it fails, there is silence. */
export class Sounds {
  private readonly written = new Map<Cue, string>();

  constructor(private readonly options: SoundOptions) {}

  /** Returns at once. */
  play(cue: Cue): void {
    const { env, isEnabled } = this.options;
    if (!isEnabled()) return;
    const player = PLAYERS.find(([name]) => findOnPath(name, env) !== null);
    if (player === undefined) return;
    const [name, ...args] = player;
    try {
      const file = this.fileOf(cue);
      void runProgram(name, [...args, file], { env, timeoutMs: LONGEST_MS });
    } catch {
      // A full runtime folder costs a sound.
    }
  }

  private fileOf(cue: Cue): string {
    const known = this.written.get(cue);
    if (known !== undefined) return known;
    const file = join(this.options.folder, `${cue}.wav`);
    writeFileSync(file, waveOf(TONES[cue]), { mode: 0o600 });
    this.written.set(cue, file);
    return file;
  }
}

/** A WAV file of the tones. @forTests */
export function waveOf(tones: readonly number[]): Buffer {
  const gap = new Array<number>(Math.round(GAP_S * SAMPLE_RATE_HZ)).fill(0);
  const samples = tones.flatMap((hz) => [...toneOf(hz), ...gap]);
  return toWav(Buffer.from(Int16Array.from(samples, (sample) => 32_767 * sample).buffer));
}

/** Rises and falls as half a sine wave, so that it begins and ends without a click. */
function toneOf(hz: number): readonly number[] {
  const length = Math.round(TONE_S * SAMPLE_RATE_HZ);
  return Array.from({ length }, (_, at) => {
    const loudness = AMPLITUDE * Math.sin((Math.PI * at) / length);
    return loudness * Math.sin((2 * Math.PI * hz * at) / SAMPLE_RATE_HZ);
  });
}
