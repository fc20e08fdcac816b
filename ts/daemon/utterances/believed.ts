import { countLetters } from './heard-speech.js';
import type { Transcript } from './open-utterances.js';

/** More letters than can be said in a second: a decoder that did not stop, whose text is no fuller than another. */
const MOST_LETTERS_PER_S = 30;

/** By so much more of letters a text says more, and not the same in other words. */
const MUCH_FULLER = 1.2;
/** A phrase of whose words a text has fewer is not in it. */
const LEAST_SHARED = 0.5;

type Said = Pick<Transcript, 'text' | 'segments'>;

/**
 * Of two texts of the same audio, the second one heard in parts, the one that is to be believed: the whole, heard with all
 * words around each, unless the parts say much more, or a phrase that is not in it. What can't have been said in so many
 * seconds is not believed.
 */
export function believed<T extends Said>(whole: T, parts: T, seconds: number): T {
  const letters = countLetters(parts.text);
  if (letters > MOST_LETTERS_PER_S * seconds) return whole;
  const fuller = letters > MUCH_FULLER * countLetters(whole.text);
  return fuller || lacksPhrase(whole.text, parts.segments) ? parts : whole;
}

/**
 * Up to which second the believed text has words: the parts as far as they were heard; a whole that says no less than its
 * parts as far as either. Null where that is not known.
 */
export function coveredBy(
  isWhole: boolean,
  wholeS: number | null = null,
  partsS: number | null = null,
): number | null {
  if (!isWhole || partsS === null) return partsS;
  return wholeS === null ? null : Math.max(wholeS, partsS);
}

/** Whether next to none of the words of one of the phrases are in the text, all phrases in their order. */
function lacksPhrase(text: string, phrases: Transcript['segments']): boolean {
  const spoken = phrases.map((phrase) => wordsOf(phrase.text));
  const found = inCommon(spoken.flat(), wordsOf(text));
  let from = 0;
  return spoken.some(({ length }) => {
    const shared = found.slice(from, from + length).filter(Boolean).length;
    from += length;
    return shared < LEAST_SHARED * length;
  });
}

/** Which words belong to the longest sequence of words that both have in common. */
function inCommon(words: readonly string[], others: readonly string[]): readonly boolean[] {
  const longest = lengthsInCommon(words, others);
  let other = 0;
  return words.map((word, at) => {
    for (; other < others.length; other += 1) {
      if (others[other] === word) {
        other += 1;
        return true;
      }
      if (longest(at + 1, other) >= longest(at, other + 1)) return false;
    }
    return false;
  });
}

/** How many words in the same order the rest of `words` and the rest of `others` share, from some places on. */
function lengthsInCommon(words: readonly string[], others: readonly string[]) {
  const width = others.length + 1;
  const lengths = new Uint16Array((words.length + 1) * width);
  const read = (word: number, other: number) => lengths[word * width + other] ?? 0;
  for (let word = words.length - 1; word >= 0; word -= 1) {
    for (let other = others.length - 1; other >= 0; other -= 1) {
      lengths[word * width + other] =
        words[word] === others[other]
          ? read(word + 1, other + 1) + 1
          : Math.max(read(word + 1, other), read(word, other + 1));
    }
  }
  return read;
}

function wordsOf(text: string): string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}']+/gu) ?? [];
}
