import type { HeardSpeech } from '../../domain/events.js';

/** Speech behind the last word that an engine heard: a word's own end is not known better than this. */
const UNHEARD_S = 0.5;
/**
 * Letters in a second of speech. Measured on 147 texts of people and voices: 14.5 at the median where all was written
 * down, four fifths above 13, and at most 11.2 in the fourteen from which a sentence was missing. Whoever speaks that
 * slowly is heard twice, which costs time only.
 */
const FEW_LETTERS_PER_S = 13;
/** In half of an audio less is missing with a sentence, and a cut at a short rest costs words: fewer letters will do. */
const FEW_IN_A_PART_PER_S = 10;
/**
 * Beside a rest of this length a phrase of its own can be missing, be it a word, or two be misread as another one. Where
 * hearing again takes no longer than CHEAP_S, that is always done.
 */
const LONG_REST_S = 0.3;
const CHEAP_S = 0.3;
/** An engine that says how far it heard is believed, unless next to nothing was written down. */
const NEXT_TO_NOTHING_PER_S = 3;
/** Less speech than this may be a cough. */
const LEAST_SPEECH_S = 1;

/**
 * Why speech and words of a first text do not fit; null where they do, and where nobody can know better. Hearing again
 * takes about `againS`.
 */
export function suspectText(heard: HeardSpeech, againS: number): string | null {
  return suspect(heard, againS, FEW_LETTERS_PER_S);
}

/** The same of a text of a part that was cut out at a rest. */
export function suspectPart(heard: HeardSpeech, againS: number): string | null {
  return suspect(heard, againS, FEW_IN_A_PART_PER_S);
}

function suspect(heard: HeardSpeech, againS: number, lettersPerS: number): string | null {
  const { restS, uncoveredS } = heard;
  if (restS === 0) return null;
  if (uncoveredS !== null) return describeLack(heard, NEXT_TO_NOTHING_PER_S);
  if (restS >= LONG_REST_S && againS <= CHEAP_S)
    return `a rest of ${restS.toFixed(1)} s, and the engine can't tell how far it heard`;
  return describeLack(heard, lettersPerS);
}

/** Why speech is known to have no words in the last text; null where all of it may have some. */
export function describeUnwritten(heard: HeardSpeech): string | null {
  return describeLack(heard, NEXT_TO_NOTHING_PER_S);
}

function describeLack(heard: HeardSpeech, lettersPerS: number): string | null {
  const { speechS, uncoveredS, letters } = heard;
  if (uncoveredS !== null && uncoveredS >= UNHEARD_S)
    return `${uncoveredS.toFixed(1)} s of speech behind the last word that was heard`;
  if (speechS < LEAST_SPEECH_S || letters >= lettersPerS * speechS) return null;
  return `${letters} letters for ${speechS.toFixed(1)} s of speech`;
}
