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

/** Seconds in the middle of inner rests, the longest ones first, as long as every part keeps enough speech. */
export function cutsAtRests(voiced: readonly VoicedStretch[]): readonly number[] {
  const rests = voiced.slice(1).map(({ fromS }, at) => {
    const restFromS = voiced[at]?.toS ?? fromS;
    return { seconds: fromS - restFromS, middleS: (restFromS + fromS) / 2 };
  });
  const longestFirst = rests.sort((a, b) => b.seconds - a.seconds);
  let cuts: readonly number[] = [];
  for (const { middleS } of longestFirst) {
    const more = [...cuts, middleS].sort((a, b) => a - b);
    if (everyPartHasSpeech(voiced, more)) cuts = more;
  }
  return cuts;
}

function everyPartHasSpeech(voiced: readonly VoicedStretch[], cuts: readonly number[]): boolean {
  const ends = [...cuts, Number.POSITIVE_INFINITY];
  return ends.every((endS, at) => {
    const startS = cuts[at - 1] ?? 0;
    return speechSeconds(voiced, startS) - speechSeconds(voiced, endS) >= LEAST_PART_S;
  });
}
