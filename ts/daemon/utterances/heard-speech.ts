import type { HeardSpeech } from '../../domain/events.js';
import { longestRest, speechSeconds, type VoicedStretch } from '../../speech/voiced.js';
import type { OpenUtterance, Transcript } from './open-utterances.js';

type Heard = Pick<Transcript, 'text' | 'coveredUntilS'>;

/** What the policy is told of a text: how much was said, by the ear's scores; undefined where no ear listened. */
export function heardSpeechOf(
  { voiced }: Pick<OpenUtterance, 'voiced'>,
  transcript: Heard,
): HeardSpeech | undefined {
  return voiced === null ? undefined : compareSpeech(voiced, transcript);
}

/** How much was said in some audio and how much of it has words. */
export function compareSpeech(
  voiced: readonly VoicedStretch[],
  { text, coveredUntilS }: Heard,
): HeardSpeech {
  const covered = coveredUntilS ?? null;
  return {
    speechS: speechSeconds(voiced),
    uncoveredS: covered === null ? null : speechSeconds(voiced, covered),
    letters: countLetters(text),
    restS: longestRest(voiced)?.seconds ?? 0,
  };
}

export function countLetters(text: string): number {
  return text.replace(/[^\p{L}\p{N}]/gu, '').length;
}
