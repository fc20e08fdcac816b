import { SAMPLE_RATE_HZ } from '../domain/units.js';
import type { Stretch } from './pcm.js';

/** Speech in one piece of audio, seconds from its start. */
export interface VoicedStretch {
  readonly fromS: number;
  readonly toS: number;
}

/** Shorter rests are the closure of a consonant. */
const REST_S = 0.1;
/** Less speech than this on its own loses its words more often than it gains some. */
const LEAST_PART_S = 0.3;
/** Behind a rest of this length a new phrase begins, be it a single word ("comma": 0.26 s by the ear). */
const LONG_REST_S = 0.3;
const SHORT_WORD_S = 0.2;

/** What of it lies in a stretch of the take; seconds from the start of that stretch. */
export function voicedWithin(
  voiced: readonly Stretch[],
  { fromSample, toSample }: Stretch,
): readonly VoicedStretch[] {
  const joined: VoicedStretch[] = [];
  for (const each of voiced) {
    const fromS = (Math.max(each.fromSample, fromSample) - fromSample) / SAMPLE_RATE_HZ;
    const toS = (Math.min(each.toSample, toSample) - fromSample) / SAMPLE_RATE_HZ;
    if (toS <= fromS) continue;
    const last = joined.at(-1);
    if (last !== undefined && fromS - last.toS < REST_S)
      joined[joined.length - 1] = { ...last, toS };
    else joined.push({ fromS, toS });
  }
  return joined;
}

/** Seconds of speech, from a second of the audio on. */
export function speechSeconds(voiced: readonly VoicedStretch[], sinceS = 0): number {
  return voiced.reduce(
    (sum, { fromS, toS }) => sum + Math.max(0, toS - Math.max(fromS, sinceS)),
    0,
  );
}

/** An inner rest at which audio can be cut. */
export interface Rest {
  readonly seconds: number;
  readonly middleS: number;
}

/** The longest inner rest with enough speech on both sides; null where there is none. */
export function longestRest(voiced: readonly VoicedStretch[]): Rest | null {
  let longest: Rest | null = null;
  for (const [at, { fromS }] of voiced.entries()) {
    const restFromS = voiced[at - 1]?.toS;
    if (restFromS === undefined) continue;
    const rest = { seconds: fromS - restFromS, middleS: (restFromS + fromS) / 2 };
    if (rest.seconds > (longest?.seconds ?? 0) && hasSpeechBeside(voiced, rest)) longest = rest;
  }
  return longest;
}

/** What is voiced before a second of the audio, and what behind it; the seconds of the latter from there on. */
export function splitVoiced(
  voiced: readonly VoicedStretch[],
  atS: number,
): readonly [readonly VoicedStretch[], readonly VoicedStretch[]] {
  const behind = voiced.filter(({ fromS }) => fromS >= atS);
  return [
    voiced.filter(({ fromS }) => fromS < atS),
    behind.map(({ fromS, toS }) => ({ fromS: fromS - atS, toS: toS - atS })),
  ];
}

function hasSpeechBeside(voiced: readonly VoicedStretch[], { seconds, middleS }: Rest): boolean {
  const leastS = seconds >= LONG_REST_S ? SHORT_WORD_S : LEAST_PART_S;
  const behindS = speechSeconds(voiced, middleS);
  return behindS >= leastS && speechSeconds(voiced) - behindS >= leastS;
}
