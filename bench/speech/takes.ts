import { type Clip, quietMiddle, RATE_HZ } from './clips.js';

/** One sentence as it lies in a take. Seconds from the start of the take. */
export interface Sentence {
  readonly text: string;
  readonly fromS: number;
  readonly toS: number;
}

/** Sound for one run: sentences with enough silence between them for the slowest of the compared ways. */
export interface SpeechTake {
  readonly name: string;
  readonly sentences: readonly Sentence[];
  readonly pcm: Buffer;
  readonly seconds: number;
}

/** After the fixed pause of 2.0 s and the text of a slow engine, the next sentence begins. */
const BETWEEN_SENTENCES_S = 2.7;
const LEAD_S = 0.5;
/** Pauses inside sentences: breath, comma, hesitation, and one that also fixed 0.8 s cuts. */
const HESITATIONS_S = [0.3, 0.45, 0.6, 0.7, 0.95];
/** A faint hiss instead of digital silence, as a microphone gives it: amplitude of 16 bits. */
const HISS = 6;

/** A sentence made of clips or parts of clips with pauses (seconds) between them. */
export interface Line {
  readonly text: string;
  readonly parts: readonly (Int16Array | number)[];
  /** Silence of the recording itself before and after the voice. */
  readonly leadS: number;
  readonly tailS: number;
}

/** As it was recorded. */
export function plain(clip: Clip): Line {
  return line(clip.text, clip, clip, [clip.samples]);
}

/** With a pause where the speaker is quietest, in the middle of the sentence. */
export function hesitant(clip: Clip, index: number): Line {
  const at = quietMiddle(clip);
  const pauseS = HESITATIONS_S[index % HESITATIONS_S.length] ?? 0.5;
  const parts = [faded(clip.samples.subarray(0, at)), pauseS, clip.samples.subarray(at)];
  return line(clip.text, clip, clip, parts);
}

/** Two clips that are one sentence in the book, with the pause of a semicolon. */
export function joined(first: Clip, second: Clip, pauseS: number): Line {
  const own = first.samples.length / RATE_HZ - first.voiceToS + second.voiceFromS;
  const parts = [first.samples, Math.max(0, pauseS - own), second.samples];
  return line(`${first.text} ${second.text}`, first, second, parts);
}

/** Lays lines one behind another. */
export function takeOf(name: string, lines: readonly Line[]): SpeechTake {
  const chunks: Int16Array[] = [hiss(LEAD_S)];
  const sentences: Sentence[] = [];
  let at = LEAD_S * RATE_HZ;
  for (const { text, parts, leadS, tailS } of lines) {
    const samples = parts.map((part) => (typeof part === 'number' ? hiss(part) : part));
    const fromS = at / RATE_HZ + leadS;
    at += samples.reduce((sum, part) => sum + part.length, 0);
    sentences.push({ text, fromS, toS: at / RATE_HZ - tailS });
    const gap = hiss(BETWEEN_SENTENCES_S);
    at += gap.length;
    chunks.push(...samples, gap);
  }
  const pcm = Buffer.concat(chunks.map((chunk) => Buffer.from(Int16Array.from(chunk).buffer)));
  return { name, sentences, pcm, seconds: at / RATE_HZ };
}

function line(text: string, first: Clip, last: Clip, parts: Line['parts']): Line {
  const tailS = last.samples.length / RATE_HZ - last.voiceToS;
  return { text, parts, leadS: first.voiceFromS, tailS };
}

function faded(samples: Int16Array): Int16Array {
  const length = RATE_HZ / 200;
  const copy = Int16Array.from(samples);
  for (let i = 0; i < length; i += 1) {
    const index = copy.length - 1 - i;
    copy[index] = Math.round(((copy[index] ?? 0) * i) / length);
  }
  return copy;
}

/** Always the same noise, so that two runs hear the same. */
function hiss(seconds: number): Int16Array {
  const samples = new Int16Array(Math.round(seconds * RATE_HZ));
  let seed = 12_345;
  for (let i = 0; i < samples.length; i += 1) {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    samples[i] = Math.round((seed / 2_147_483_648 - 0.5) * 2 * HISS);
  }
  return samples;
}
