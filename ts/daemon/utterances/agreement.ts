import { FRAME_SAMPLES, SAMPLE_RATE_HZ } from '../../domain/units.js';
import { splitWords } from '../../voice/characters.js';
import { textBehind } from '../../voice/text-behind.js';
import type { Transcript } from './open-utterances.js';

/** What was heard of speech that goes on, up to a frame of the take. */
export interface Look {
  readonly frame: number;
  readonly transcript: Transcript;
}

/** A word of a look; null where the engine does not tell, or not where one begins that it wrote together with another. */
interface Word {
  readonly text: string;
  readonly written: string;
  readonly startS: number | null;
  readonly probability: number;
}
interface Kept extends Look {
  readonly words: readonly Word[];
}

/** So many looks back are compared, where only whole ones agree. */
const KEPT = 5;
/** The engine is sure of a word that it gives so much: bench/README.md. */
const SURE = 0.4;
/** With so much more heard behind it, a word is hardly known better later. */
const ENOUGH_BEHIND_S = 1.2;

/**
 * Words that are certain while a sentence is still spoken: those that two looks one after the other begin with alike, but
 * for the last one (the local agreement of streaming recognisers: Liu and others, Interspeech 2020; Macháček and others,
 * "Turning Whisper into Real-Time Transcription System", 2023), if the engine is sure of them; one of both is enough for
 * what was spoken some time ago.
 * Of an engine that does not say when its words begin only whole looks agree, so that the sound of the words that are
 * typed ends where the look ended.
 */
export class Agreement {
  private looks: readonly Kept[] = [];
  private fromSample = -1;

  /** A look at sound that begins at this sample. Answers the words that are certain, with the frame behind them, or null. */
  add(fromSample: number, look: Look, isSettled: (text: string) => boolean): Look | null {
    if (fromSample !== this.fromSample) this.looks = [];
    this.fromSample = fromSample;
    const newest: Kept = { ...look, words: wordsOf(look.transcript) };
    const agreed =
      look.transcript.words === undefined
        ? wholeLook(this.looks, newest, isSettled)
        : firstWords(this.looks, newest, isSettled, fromSample);
    this.looks = [...this.looks, newest].slice(-KEPT);
    return agreed;
  }

  /** These words were cut off; those behind them are what is left of the looks that begin with them. */
  cutOff({ transcript }: Look, fromSample: number): void {
    const known = wordsOf(transcript);
    this.looks = this.looks
      .filter(({ words }) => alike(known, words) === known.length && words.length > known.length)
      .map((look) => ({
        frame: look.frame,
        transcript: behind(transcript, look.transcript),
        words: look.words.slice(known.length),
      }));
    this.fromSample = fromSample;
  }
}

function wholeLook(
  looks: readonly Kept[],
  { words }: Kept,
  isSettled: (text: string) => boolean,
): Look | null {
  const agreed = looks.findLast(
    (each) =>
      each.words.length > 0 &&
      words.length > each.words.length &&
      alike(each.words, words) === each.words.length &&
      isSettled(textOf(each.words)),
  );
  return agreed === undefined ? null : { ...agreed, transcript: beginning(agreed, agreed.words) };
}

function firstWords(
  looks: readonly Kept[],
  newest: Kept,
  isSettled: (text: string) => boolean,
  fromSample: number,
): Look | null {
  const { words } = newest;
  const heardS = (newest.frame * FRAME_SAMPLES - fromSample) / SAMPLE_RATE_HZ;
  let count = certainCount(looks, words, heardS);
  const coveredS = newest.transcript.coveredUntilS ?? heardS;
  const canEndAt = (end: number) => {
    const restS = words[end]?.startS ?? null;
    return restS !== null && restS <= coveredS && isSettled(textOf(words.slice(0, end)));
  };
  while (count > 0 && !canEndAt(count)) count -= 1;
  const startS = words[count]?.startS ?? null;
  if (count === 0 || startS === null) return null;
  const frame = Math.floor((fromSample + startS * SAMPLE_RATE_HZ) / FRAME_SAMPLES);
  return { frame, transcript: beginning(newest, words.slice(0, count)) };
}

/** How many words a look of so many seconds begins with that are certain. */
function certainCount(looks: readonly Kept[], words: readonly Word[], heardS: number): number {
  const twice = alike(looks.at(-1)?.words ?? [], words);
  const doubted = words.findIndex(({ probability }, at) => {
    const isAgreed = at < twice;
    const isSure = probability >= SURE;
    const behindS = heardS - (words[at + 1]?.startS ?? heardS);
    return !(behindS >= ENOUGH_BEHIND_S ? isAgreed || isSure : isAgreed && isSure);
  });
  return Math.min(doubted < 0 ? words.length : doubted, words.length - 1);
}

/** What was heard of these words, with which the look begins. */
function beginning({ transcript }: Kept, words: readonly Word[]): Transcript {
  const { text: whole, written, segments } = transcript;
  const text = textOf(words);
  if (text === whole) return transcript;
  const end_s = segments.at(-1)?.end_s ?? 0;
  const signs = written === undefined ? {} : { written: join(words.map((word) => word.written)) };
  const about = { segments: [{ start_s: 0, end_s, text }], words: undefined };
  return { ...transcript, text, ...signs, ...about };
}

/** What a later look has behind these words. */
function behind(known: Transcript, heard: Transcript): Transcript {
  const { text } = textBehind(known.text, heard.text);
  const written =
    known.written === undefined || heard.written === undefined
      ? undefined
      : textBehind(known.written, heard.written).text;
  return { ...heard, text, written };
}

/** How many words both begin with. */
function alike(some: readonly Word[], others: readonly Word[]): number {
  const end = some.findIndex(({ text }, at) => text !== others[at]?.text);
  return end < 0 ? some.length : end;
}

function wordsOf({ text, words }: Transcript): readonly Word[] {
  const known = words ?? [{ text: text.toLowerCase(), written: '', startS: null, probability: 1 }];
  return known.flatMap((word) =>
    splitWords(word.text).map((part, at) =>
      at === 0 ? { ...word, text: part } : { ...word, text: part, written: '', startS: null },
    ),
  );
}

function textOf(words: readonly Word[]): string {
  return join(words.map(({ text }) => text));
}

function join(texts: readonly string[]): string {
  return texts.filter((text) => text !== '').join(' ');
}
