import type { HeardSpeech } from '../../domain/events.js';
import { cutsAtRests, speechSeconds } from '../../speech/voiced.js';
import type { OpenUtterance, Transcript } from './open-utterances.js';

/** More letters than can be said in a second: a decoder that did not stop, whose text is no fuller than another. */
const MOST_LETTERS_PER_S = 30;

/** What the policy is told of a text: how much was said, by the ear's scores; undefined where no ear listened. */
export function heardSpeechOf(
  { voiced }: OpenUtterance,
  { text, coveredUntilS }: Transcript,
): HeardSpeech | undefined {
  if (voiced === null) return undefined;
  const covered = coveredUntilS ?? null;
  return {
    speechS: speechSeconds(voiced),
    uncoveredS: covered === null ? null : speechSeconds(voiced, covered),
    letters: countLetters(text),
    parts: cutsAtRests(voiced).length + 1,
  };
}

/** Of two texts of the same audio the one in which more was said, as long as it can have been said. */
export function fullerOf(
  first: Transcript,
  second: Transcript,
  { seconds }: Pick<OpenUtterance, 'seconds'>,
): Transcript {
  const letters = countLetters(second.text);
  const possible = letters <= MOST_LETTERS_PER_S * seconds;
  const sttMs = first.sttMs + second.sttMs;
  return { ...(possible && letters > countLetters(first.text) ? second : first), sttMs };
}

function countLetters(text: string): number {
  return text.replace(/[^\p{L}\p{N}]/gu, '').length;
}
