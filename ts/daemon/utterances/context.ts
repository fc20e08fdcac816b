import { SAMPLE_RATE_HZ } from '../../domain/units.js';
import type { Stretch } from '../../speech/pcm.js';
import { textBehind } from '../../voice/text-behind.js';
import type { Said, Take } from '../hearing/take.js';
import type { Context, OpenUtterance } from './open-utterances.js';

/** Sound that is sent in all, the utterance included: tiny.en takes twice as long for it as for a short sentence. */
const LONGEST_S = 8;
/** With a longer rest than this between both, pre-roll not counted, the words before are of no help. */
const REST_S = 0.8;

/** The utterances before a stretch of the take that are the context of its words; null where there are none. */
export function contextOf(
  { said }: Pick<Take, 'said'>,
  { fromSample: ownSample, toSample }: Stretch,
): Context | null {
  const earliest = toSample - LONGEST_S * SAMPLE_RATE_HZ;
  const near = said.at(-1);
  if (near === undefined || ownSample - near.voiceEndSample > REST_S * SAMPLE_RATE_HZ) return null;
  const known = said.filter(({ fromSample }) => fromSample >= earliest);
  const [first] = known;
  const text = join(known.map((each) => each.text));
  if (first === undefined || text === '') return null;
  const written = known.map((each) => each.written);
  return {
    fromSample: first.fromSample,
    hasRest: ownSample > near.voiceEndSample,
    text,
    written: written.includes(undefined) ? undefined : join(written),
  };
}

/** How much sound is heard with an utterance. */
export function contextSeconds({
  context,
  audio,
}: Pick<OpenUtterance, 'context' | 'audio'>): number {
  if (context === null || !('recording' in audio)) return 0;
  return (audio.fromSample - context.fromSample) / SAMPLE_RATE_HZ;
}

/** By more than this the context was heard otherwise: nobody knows where the new words begin. */
const MOST_DIFFERENCE = 0.2;

/** A text as it was heard and, where that was wished for, as it was written. */
interface Words {
  readonly text: string;
  readonly written?: string | undefined;
}

/** What of a text is new behind its context; null where the words of that can't be found in it. */
export function withoutContext(context: Context, heard: Words): Words | null {
  const text = newWords(context.text, heard.text);
  if (text === null || heard.written === undefined) return text === null ? null : { text };
  const written = context.written === undefined ? null : newWords(context.written, heard.written);
  return written === null ? null : { text, written };
}

function newWords(known: string, heard: string): string | null {
  const { text, difference } = textBehind(known, heard);
  return difference > MOST_DIFFERENCE ? null : text;
}

/** What is known of the sound before the next utterance, now that this one was cut off. */
export function saidWith(
  take: Take,
  utterance: OpenUtterance,
  voiceEndSample: number,
): readonly Said[] {
  const { audio, transcript, context } = utterance;
  if (transcript === null || !('recording' in audio) || !take.segmenter.settings.early) return [];
  const { text, written } = transcript;
  const { fromSample } = audio;
  const before = context === null ? [] : take.said;
  return [...before, { fromSample, voiceEndSample, text, written }].slice(-MOST);
}

/** More are never within the longest context. */
const MOST = 16;

function join(texts: readonly (string | undefined)[]): string {
  return texts.filter((text) => text !== undefined && text !== '').join(' ');
}
