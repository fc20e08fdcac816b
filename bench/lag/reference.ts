import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { pythonCommand } from '../../ts/system/python/environment.js';
import { peopleFolder, syntheticFolder } from '../speech/clips.js';
import type { Sentence, SpeechTake, Stretch } from '../speech/takes.js';

const SCRIPT = fileURLToPath(new URL('reference.py', import.meta.url));
/** Word timestamps are coarse: a word that ends this shortly behind a cut was spoken before it. */
const MARGIN_S = 0.1;

const referenceSchema = z.object({
  model: z.string(),
  ends_s: z.record(z.string(), z.array(z.number())),
});

/** When each word of each recording ends, and the folder of the weights that said so. */
export interface Reference {
  readonly model: string;
  readonly endsS: Readonly<Record<string, readonly number[]>>;
}

/** A word as it was spoken. Seconds from the start of the take. */
export interface SpokenWord {
  readonly word: string;
  readonly endS: number;
  readonly endsSentence: boolean;
}

/** Lays the transcripts on the recordings, without a clock. */
export function readReference(): Reference {
  const folders = [peopleFolder(), syntheticFolder()].filter((folder) => folder !== null);
  const printed = execFileSync(pythonCommand(process.env), [SCRIPT, ...folders], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const { model, ends_s: endsS } = referenceSchema.parse(JSON.parse(printed));
  return { model, endsS };
}

/** All words of a take in their order. */
export function spokenWords({ sentences }: SpeechTake, reference: Reference): SpokenWord[] {
  return sentences.flatMap((sentence) => wordsIn(sentence, reference));
}

function wordsIn({ stretches, toS }: Sentence, { endsS }: Reference): SpokenWord[] {
  const words = visits(stretches).flatMap((own) => {
    const clip = own[0]?.clip;
    if (clip === undefined) return [];
    const ends = endsS[clip.name] ?? [];
    return clip.text.split(' ').map((word, index) => {
      // Where the voice ends by its loudness is surer than where a word ends.
      const isLast = index === ends.length - 1;
      const endS = isLast ? clip.voiceToS : Math.min(ends[index] ?? 0, clip.voiceToS);
      return { word, endS: placed(endS, own), endsSentence: false };
    });
  });
  return words.map((each, index) =>
    index === words.length - 1 ? { ...each, endS: toS, endsSentence: true } : each,
  );
}

/** Stretches that go on in the same clip belong together. */
function visits(stretches: readonly Stretch[]): Stretch[][] {
  const found: Stretch[][] = [];
  for (const stretch of stretches) {
    const before = found.at(-1)?.at(-1);
    const goesOn = before?.clip === stretch.clip && stretch.fromS >= before.toS;
    if (goesOn) found.at(-1)?.push(stretch);
    else found.push([stretch]);
  }
  return found;
}

/** Where a second of a clip lies in the take. */
function placed(endS: number, stretches: readonly Stretch[]): number {
  const own = stretches.find(({ toS }) => endS <= toS + MARGIN_S) ?? stretches.at(-1);
  if (own === undefined) return endS;
  return own.atS + Math.min(endS, own.toS) - own.fromS;
}
