import type { PendingEntry } from '../../ts/journal/types.js';
import { RATE_HZ, type Speech } from './spoken.js';

/** Sound that was cut: heard up to `atSample`, heard again from `resumedSample`; `lossS` may be missing before. */
export interface Cut {
  readonly atSample: number;
  readonly resumedSample: number;
  readonly lossS: number;
}

export interface Account {
  readonly spoken: number;
  readonly delivered: number;
  readonly pending: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  /** Half-words at a cut, and words of a torn sentence, as the recogniser took them. */
  readonly stray: readonly string[];
  readonly ordered: boolean;
}

/** The place of a word is only estimated, and a recogniser needs a little of what follows a word. */
const WORD_MARGIN_S = 0.4;
/** Half a word can sound like a word as short as this. */
const SYLLABLE_LETTERS = 2;

/**
 * Words delivered + words pending = words spoken, each once. `live`: each sentence was heard in pieces, so any word may come
 * out as another one; that other one must be there, and is told.
 */
export function account(
  speech: Speech,
  window: string,
  pending: readonly PendingEntry[],
  cuts: readonly Cut[],
  live = false,
): Account {
  const accountOf = (typed: string) => count(speech, wordsOf(typed), pending, cuts, live);
  const inPart = accountOf(withoutDoubtful(speech, window, pending, live));
  if (inPart.lost.length === 0) return inPart;
  // Nothing of a doubtful text need be typed: "the" in the window may be that of another sentence.
  const notAtAll = accountOf(window);
  return flawsIn(notAtAll) < flawsIn(inPart) ? notAtAll : inPart;
}

function flawsIn({ lost, doubled }: Account): number {
  return lost.length + doubled.length;
}

function count(
  speech: Speech,
  delivered: readonly string[],
  pending: readonly PendingEntry[],
  cuts: readonly Cut[],
  live: boolean,
): Account {
  const { sure, possible } = sortWords(speech, cuts);
  const waiting = pending.flatMap((entry) => wordsOf(entry.text ?? ''));
  const found = [...delivered, ...waiting];
  const most = [...sure, ...possible];
  const vocabulary = new Set(
    speech.sentences.flatMap(({ words }) => words.map(({ word }) => word)),
  );
  const surplus = subtract(found, most).filter((word) => vocabulary.has(word));
  const isStray = (word: string) => cuts.length > 0 && word.length <= SYLLABLE_LETTERS;
  const foreign = found.filter((word) => !vocabulary.has(word));
  const torn = live ? vocabulary : tornWords(speech, cuts);
  const lost = withoutMisheard(subtract(sure, found), torn, foreign.length);
  const doubled = surplus.filter((word) => !isStray(word));
  return {
    spoken: sure.length,
    delivered: delivered.length,
    pending: waiting.length,
    lost,
    doubled: withoutMisheard(doubled, torn, foreign.length),
    stray: [...foreign, ...surplus.filter(isStray)],
    ordered: isOrdered(speech, delivered),
  };
}

/** Words of sentences that a cut has torn: what explains a word is missing, so it may come out as another. */
function tornWords(speech: Speech, cuts: readonly Cut[]): ReadonlySet<string> {
  const torn = speech.sentences.filter(({ fromSample, toSample }) =>
    cuts.some((cut) => fromSample < cut.resumedSample && toSample > cut.atSample - RATE_HZ),
  );
  return new Set(torn.flatMap(({ words }) => words.map(({ word }) => word)));
}

/**
 * Beside each foreign word of a torn sentence one of its words may be missing, or one too many: "single evening",
 * torn in its first word, is heard as "good evening good evening".
 */
function withoutMisheard(
  wrong: readonly string[],
  torn: ReadonlySet<string>,
  foreign: number,
): readonly string[] {
  let left = foreign;
  return wrong.filter((word) => {
    if (left === 0 || !torn.has(word)) return true;
    left -= 1;
    return false;
  });
}

/**
 * A text that may already be typed, or is known to be typed in part, is pending as a whole. What the window
 * has of it counts there only: no person gets it twice without wanting to. `live`: the sentence goes on behind it.
 */
function withoutDoubtful(
  speech: Speech,
  window: string,
  pending: readonly PendingEntry[],
  live: boolean,
): string {
  const sentences = speech.sentences.map(({ words }) => words[0]?.word ?? '');
  const starts = live ? [' ', ...sentences] : sentences;
  return pending
    .filter((entry) => entry.may_already_be_typed || entry.pieces_done > 0)
    .reduce((rest, { text }) => removeLongestStart(rest, `${text ?? ''} `, starts), window);
}

/** What was typed of `text` stands alone: behind a space, and one of `starts` or nothing comes after it. */
function removeLongestStart(window: string, text: string, starts: readonly string[]): string {
  for (let length = text.length; length > 0; length -= 1) {
    const at = window.lastIndexOf(text.slice(0, length));
    if (at === -1 || (at > 0 && window[at - 1] !== ' ')) continue;
    const rest = window.slice(at + length);
    if (rest !== '' && !starts.some((start) => rest.startsWith(start))) continue;
    return `${window.slice(0, at)} ${rest}`;
  }
  return window;
}

/** Words that must come out, and those that were cut and may. What nobody heard is neither. */
function sortWords(speech: Speech, cuts: readonly Cut[]) {
  const sure: string[] = [];
  const possible: string[] = [];
  for (const { word, fromSample, toSample } of speech.sentences.flatMap(({ words }) => words)) {
    const fate = cuts.map((cut) => fateOf(fromSample, toSample, cut));
    if (fate.includes('unheard')) continue;
    // Each half of a torn word can be heard as the whole of it.
    if (fate.includes('cut')) possible.push(word, word);
    else sure.push(word);
  }
  return { sure, possible };
}

function fateOf(from: number, to: number, cut: Cut): 'heard' | 'cut' | 'unheard' {
  const margin = WORD_MARGIN_S * RATE_HZ;
  if (from >= cut.atSample + margin && to <= cut.resumedSample - margin) return 'unheard';
  if (to <= cut.atSample - cut.lossS * RATE_HZ - margin) return 'heard';
  return from >= cut.resumedSample + margin ? 'heard' : 'cut';
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[a-z']+/g) ?? [];
}

/** What of `words` is not in `taken`, each word as often as it is missing. */
function subtract(words: readonly string[], taken: readonly string[]): readonly string[] {
  const left = new Map<string, number>();
  for (const word of taken) left.set(word, (left.get(word) ?? 0) + 1);
  return words.filter((word) => {
    const count = left.get(word) ?? 0;
    left.set(word, count - 1);
    return count <= 0;
  });
}

/** Words that are said in one sentence only never come before words of an earlier one. */
function isOrdered(speech: Speech, delivered: readonly string[]): boolean {
  const places = delivered.flatMap((word) => {
    const said = speech.sentences.flatMap(({ words }, at) =>
      words.some((each) => each.word === word) ? [at] : [],
    );
    return said.length === 1 ? said : [];
  });
  return places.every((place, at) => at === 0 || place >= (places[at - 1] ?? 0));
}
