import { sum } from '../report/statistics.js';
import type { SpeechTake } from '../speech/takes.js';
import { alignWords, wordsOf } from '../speech/word-errors.js';
import type { TypedText } from './follow-file.js';
import type { SpokenWord } from './reference.js';

/** What a way did with a take. Seconds are from the first sample of the sound. */
export interface Played {
  readonly typed: readonly TypedText[];
  /** The request to start and its answer: the sound began between them. */
  readonly startAskedS: number;
  readonly startAnsweredS: number;
  readonly engineS: number;
  readonly cpuS: number;
  readonly wallS: number;
}

/** What one way made of one take. */
export interface LagResult {
  readonly way: string;
  readonly set: string;
  readonly sentences: number;
  readonly words: number;
  /** From the end of a word to its last key, for each word that was typed as it was said. */
  readonly lagS: readonly number[];
  /** The same for the last word of each sentence, from the last sound of the voice. */
  readonly pauseToTextS: readonly number[];
  readonly wordErrors: number;
  readonly missing: number;
  readonly erasingKeys: number;
  readonly text: string;
  readonly soundS: number;
  readonly played: Played;
}

/** How other programs write what is said. */
const SAID_AS: ReadonlyMap<string, string> = new Map([['mr', 'mister']]);
const ERASING = /<KEY:[^>]*(BackSpace|Delete|ctrl-z)[^>]*>/gi;

export function judge(
  take: SpeechTake,
  way: string,
  spoken: readonly SpokenWord[],
  played: Played,
): LagResult {
  const typed = datedWords(played.typed);
  const { errors, typedFor } = alignWords(
    spoken.map(({ word }) => word),
    typed.map(({ word }) => word),
  );
  const pairs = spoken.flatMap((said, index) => {
    const key = typed[typedFor[index] ?? -1];
    return key === undefined ? [] : [{ said, key, lagS: key.atS - said.endS }];
  });
  const text = textOf(played.typed);
  return {
    way,
    set: take.name,
    sentences: take.sentences.length,
    words: spoken.length,
    lagS: pairs.filter(({ said, key }) => said.word === key.word).map(({ lagS }) => lagS),
    pauseToTextS: pairs.filter(({ said }) => said.endsSentence).map(({ lagS }) => lagS),
    wordErrors: errors,
    missing: sum(typedFor.map((place) => (place === null ? 1 : 0))),
    erasingKeys: text.match(ERASING)?.length ?? 0,
    text,
    soundS: take.seconds,
    played,
  };
}

/** The words of all pieces together, each with the moment of its last sign. */
function datedWords(pieces: readonly TypedText[]): readonly { word: string; atS: number }[] {
  const whole = textOf(pieces);
  const words: { word: string; atS: number }[] = [];
  let from = 0;
  for (const word of wordsOf(whole)) {
    const start = whole.toLowerCase().indexOf(word, from);
    from = start + word.length;
    words.push({ word: SAID_AS.get(word) ?? word, atS: typedAtS(pieces, from) });
  }
  return words;
}

/** When the first `length` signs stood there. */
function typedAtS(pieces: readonly TypedText[], length: number): number {
  let signs = 0;
  for (const { text, atS } of pieces) {
    signs += text.length;
    if (signs >= length) return atS;
  }
  return Number.NaN;
}

function textOf(pieces: readonly TypedText[]): string {
  return pieces.map(({ text }) => text).join('');
}
