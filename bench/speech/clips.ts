import { existsSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const RATE_HZ = 16_000;
const HEADER_BYTES = 44;
/**
 * A window of 10 ms belongs to the voice when it is less than this far below the loudest one. At 20 dB the ends
 * found by loudness lie within 0.15 s of those that an ear finds; at 30 dB rustling counts as voice.
 */
const VOICE_WITHIN_DB = 20;
/** What is quieter than this is a pause to every ear. */
const SOUND_WITHIN_DB = 30;
const WINDOW = RATE_HZ / 100;

/** One recorded sentence; 16 kHz, mono, s16. */
export interface Clip {
  readonly name: string;
  readonly text: string;
  readonly samples: Int16Array;
  /** Where the voice begins and ends by its loudness: known without the program's own ear. */
  readonly voiceFromS: number;
  readonly voiceToS: number;
  /** The same with the faint sounds around it. */
  readonly soundFromS: number;
  readonly soundToS: number;
}

/** Where recorded people are looked for: `SWICTATION_SPEECH_DIR`, else beside the repository. */
export function peopleFolder(): string | null {
  const beside = fileURLToPath(new URL('../../../shared/speech', import.meta.url));
  const folder = process.env.SWICTATION_SPEECH_DIR ?? beside;
  return existsSync(join(folder, 'transcripts.tsv')) ? folder : null;
}

export function syntheticFolder(): string {
  return fileURLToPath(new URL('../../test/fixtures/speech', import.meta.url));
}

/** The clips of a folder with a `transcripts.tsv` (file, text), in its order. */
export function readClips(folder: string): readonly Clip[] {
  const lines = readFileSync(join(folder, 'transcripts.tsv'), 'utf8').trim().split('\n').slice(1);
  return lines.map((line) => {
    const [file = '', text = ''] = line.split('\t');
    return readClip(join(folder, file), text);
  });
}

function readClip(path: string, text: string): Clip {
  const bytes = readFileSync(path).subarray(HEADER_BYTES);
  const samples = new Int16Array(bytes.length >> 1);
  for (let i = 0; i < samples.length; i += 1) samples[i] = bytes.readInt16LE(2 * i);
  const [voiceFromS, voiceToS] = loudSpan(samples, VOICE_WITHIN_DB);
  const [soundFromS, soundToS] = loudSpan(samples, SOUND_WITHIN_DB);
  const name = basename(path, '.wav');
  return { name, text, samples, voiceFromS, voiceToS, soundFromS, soundToS };
}

/** From the first to the last window that is less than this far below the loudest one, in seconds. */
function loudSpan(samples: Int16Array, withinDb: number): readonly [number, number] {
  const energies = windowEnergies(samples);
  const floor = Math.max(...energies) / 10 ** (withinDb / 10);
  const isLoud = (energy: number) => energy >= floor;
  const [first, last] = [energies.findIndex(isLoud), energies.findLastIndex(isLoud)];
  return [(Math.max(0, first) * WINDOW) / RATE_HZ, ((last + 1) * WINDOW) / RATE_HZ];
}

/** Mean square of each 10 ms. */
function windowEnergies(samples: Int16Array): readonly number[] {
  const energies: number[] = [];
  for (let at = 0; at + WINDOW <= samples.length; at += WINDOW) {
    let sum = 0;
    for (let i = at; i < at + WINDOW; i += 1) sum += (samples[i] ?? 0) ** 2;
    energies.push(sum / WINDOW);
  }
  return energies;
}

/** Where a speaker could hesitate: the quietest 30 ms in the middle third, as a sample index. */
export function quietMiddle(clip: Clip): number {
  const energies = windowEnergies(clip.samples);
  const from = Math.floor(energies.length * 0.35);
  const to = Math.floor(energies.length * 0.65);
  let best = from;
  let least = Number.POSITIVE_INFINITY;
  for (let i = from; i < to; i += 1) {
    const energy = (energies[i - 1] ?? 0) + (energies[i] ?? 0) + (energies[i + 1] ?? 0);
    if (energy < least) [least, best] = [energy, i];
  }
  return best * WINDOW + WINDOW / 2;
}
