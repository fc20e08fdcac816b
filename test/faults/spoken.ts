import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pcmOf, SPOKEN, writeWav } from '../support/speech.js';

export const RATE_HZ = 16_000;
/** Silence before the first sentence, between two, and behind the last. */
const LEAD_S = 0.3;
const PAUSE_S = 1.2;
const TAIL_S = 0.4;

interface SpokenWord {
  readonly word: string;
  readonly fromSample: number;
  readonly toSample: number;
}

interface Sentence {
  readonly name: string;
  readonly words: readonly SpokenWord[];
  readonly fromSample: number;
  readonly toSample: number;
}

/** What is said in a case, and when each word of it is said. */
export interface Speech {
  readonly sentences: readonly Sentence[];
  readonly samples: number;
  readonly pcm: Buffer;
}

/** Sentences with pauses between them; a word's place is its share of its sentence, good to a word or so. */
export function speak(names: readonly string[], pauseS = PAUSE_S): Speech {
  const sentences: Sentence[] = [];
  let at = Math.round(LEAD_S * RATE_HZ);
  for (const name of names) {
    const samples = pcmOf([name]).length / 2;
    sentences.push(placeWords(name, at, samples));
    at += samples + Math.round(pauseS * RATE_HZ);
  }
  const parts = names.flatMap((name) => [name, pauseS]);
  const pcm = pcmOf([LEAD_S, ...parts, TAIL_S]);
  return { sentences, samples: pcm.length / 2, pcm };
}

/** Puts the sound where the fake microphone finds it, and as a file that can be played. */
export function layOut(speech: Speech, dir: string): void {
  writeFileSync(join(dir, 'speech.pcm'), speech.pcm);
  writeWav(join(dir, 'speech.wav'), speech.pcm);
}

function placeWords(name: string, fromSample: number, samples: number): Sentence {
  const text = SPOKEN.get(name) ?? '';
  const words: SpokenWord[] = [];
  let letters = 0;
  for (const word of text.split(' ')) {
    const from = fromSample + (letters / text.length) * samples;
    letters += word.length + 1;
    const to = fromSample + Math.min(1, letters / text.length) * samples;
    words.push({ word, fromSample: Math.round(from), toSample: Math.round(to) });
  }
  return { name, words, fromSample, toSample: fromSample + samples };
}
