import { type Clip, quietMiddle, RATE_HZ } from './clips.js';

/** A stretch of a clip (seconds in the clip), and where it lies in the take. */
export interface Stretch {
  readonly clip: Clip;
  readonly fromS: number;
  readonly toS: number;
  readonly atS: number;
}

/** One sentence as it lies in a take. Seconds from the start of the take. */
export interface Sentence {
  readonly text: string;
  readonly fromS: number;
  readonly toS: number;
  readonly stretches: readonly Stretch[];
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

/** A cut out of a clip, in samples; `faded` where it breaks off within the sound. */
interface Cut {
  readonly clip: Clip;
  readonly from: number;
  readonly to: number;
  readonly faded?: boolean;
}

/** A sentence made of cuts with pauses (seconds) between them. */
export interface Line {
  readonly text: string;
  readonly parts: readonly (Cut | number)[];
  /** Silence of the recording itself before and after the voice. */
  readonly leadS: number;
  readonly tailS: number;
}

/** As it was recorded. */
export function plain(clip: Clip): Line {
  return line(clip.text, [whole(clip)]);
}

/** With a pause where the speaker is quietest, in the middle of the sentence. */
export function hesitant(clip: Clip, index: number): Line {
  const at = quietMiddle(clip);
  const pauseS = HESITATIONS_S[index % HESITATIONS_S.length] ?? 0.5;
  return line(clip.text, [
    { ...whole(clip), to: at, faded: true },
    pauseS,
    { ...whole(clip), from: at },
  ]);
}

/** Two clips that are one sentence in the book, with the pause of a semicolon. */
export function joined(first: Clip, second: Clip, pauseS: number): Line {
  const own = first.samples.length / RATE_HZ - first.voiceToS + second.voiceFromS;
  const parts = [whole(first), Math.max(0, pauseS - own), whole(second)];
  return line(`${first.text} ${second.text}`, parts);
}

/** Clips without their silent ends, one right behind another, until it is so long. */
export function breathless(clips: readonly Clip[], seconds: number): Line {
  const cuts: Cut[] = [];
  let lengthS = 0;
  for (const clip of clips) {
    if (lengthS >= seconds) break;
    const [from, to] = [clip.soundFromS, clip.soundToS].map((s) => Math.round(s * RATE_HZ));
    cuts.push({ clip, from: from ?? 0, to: to ?? 0 });
    lengthS += clip.soundToS - clip.soundFromS;
  }
  return line(cuts.map(({ clip }) => clip.text).join(' '), cuts);
}

/** Lays lines one behind another, with so much silence behind each. */
export function takeOf(
  name: string,
  lines: readonly Line[],
  betweenS = BETWEEN_SENTENCES_S,
): SpeechTake {
  const chunks: Int16Array[] = [hiss(LEAD_S)];
  const sentences: Sentence[] = [];
  let at = LEAD_S * RATE_HZ;
  for (const { text, parts, leadS, tailS } of lines) {
    const fromS = at / RATE_HZ + leadS;
    const stretches: Stretch[] = [];
    for (const part of parts) {
      if (typeof part !== 'number') stretches.push(stretchOf(part, at / RATE_HZ));
      const samples = typeof part === 'number' ? hiss(part) : samplesOf(part);
      chunks.push(samples);
      at += samples.length;
    }
    sentences.push({ text, fromS, toS: at / RATE_HZ - tailS, stretches });
    const gap = hiss(betweenS);
    chunks.push(gap);
    at += gap.length;
  }
  const pcm = Buffer.concat(chunks.map((chunk) => Buffer.from(Int16Array.from(chunk).buffer)));
  return { name, sentences, pcm, seconds: at / RATE_HZ };
}

function whole(clip: Clip): Cut {
  return { clip, from: 0, to: clip.samples.length };
}

function stretchOf({ clip, from, to }: Cut, atS: number): Stretch {
  return { clip, fromS: from / RATE_HZ, toS: to / RATE_HZ, atS };
}

function samplesOf({ clip, from, to, faded: fades = false }: Cut): Int16Array {
  const samples = clip.samples.subarray(from, to);
  return fades ? faded(samples) : samples;
}

function line(text: string, parts: readonly (Cut | number)[]): Line {
  const cuts = parts.filter((part) => typeof part !== 'number');
  const [first, last] = [cuts[0], cuts.at(-1)];
  const leadS = first === undefined ? 0 : first.clip.voiceFromS - first.from / RATE_HZ;
  const tailS = last === undefined ? 0 : last.to / RATE_HZ - last.clip.voiceToS;
  return { text, parts, leadS, tailS };
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
