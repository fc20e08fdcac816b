import type { WorkerAnswer } from '../../protocol/worker/worker.js';
import type { Reply } from '../../worker/requests.js';
import { contextSeconds, withoutContext } from '../utterances/context.js';
import type { Context, OpenUtterance } from '../utterances/open-utterances.js';

type TextAnswer = Extract<WorkerAnswer, { type: 'text' }>;

export interface ContextSounds {
  /** From the first sample of the context to the end of the utterance, s16le. */
  whole(): Promise<Buffer>;
  /** The utterance alone. */
  own(): Promise<Buffer>;
  ask(pcm: Buffer): Promise<Reply>;
  /**
   * The engine can't say how far its words reach: what it leaves out behind a pause would not be noticed among the words
   * before it, so it hears no context over a pause.
   */
  readonly blind: boolean;
}

/**
 * Hears an utterance together with what was said just before it, and answers what is new. Where the words before can't
 * be found again in the text, the utterance is heard alone.
 */
export async function hearInContext(
  utterance: OpenUtterance,
  sounds: ContextSounds,
): Promise<Reply> {
  const { context } = utterance;
  if (context === null || (sounds.blind && context.hasRest)) return sounds.ask(await sounds.own());
  const reply = await sounds.ask(await sounds.whole());
  if (reply.kind !== 'answer' || reply.answer.type !== 'text') return reply;
  const isBlind = context.hasRest && isBlindTo(reply.answer);
  const answer = isBlind ? null : ownAnswer(utterance, context, reply.answer);
  if (answer !== null) return { ...reply, answer };
  const alone = await sounds.ask(await sounds.own());
  if (alone.kind !== 'answer' || alone.answer.type !== 'text') return alone;
  const stt_ms = alone.answer.stt_ms + reply.answer.stt_ms;
  return { ...alone, answer: { ...alone.answer, stt_ms } };
}

/** Whether an engine does not say how far its words reach. */
export function isBlindTo(answer: TextAnswer): boolean {
  return (answer.covered_until_s ?? null) === null;
}

/** The words of the answer that this text, its end, is made of; undefined where that can't be told. */
function wordsBehind(
  { words = [] }: TextAnswer,
  text: string,
  contextS: number,
): TextAnswer['words'] {
  let first = words.length;
  let behind = '';
  while (first > 0 && behind.length < text.length) {
    first -= 1;
    behind = [words[first]?.text ?? '', behind].filter((part) => part !== '').join(' ');
  }
  if (behind !== text) return undefined;
  const own = words.slice(first);
  return own.map((word) => ({ ...word, start_s: Math.max(0, word.start_s - contextS) }));
}

/** The answer as if the utterance had been heard alone; null where its words can't be told from those before. */
function ownAnswer(
  utterance: OpenUtterance,
  context: Context,
  answer: TextAnswer,
): TextAnswer | null {
  const words = withoutContext(context, answer);
  if (words === null) return null;
  const { text, written } = words;
  const { seconds } = utterance;
  const covered = answer.covered_until_s ?? null;
  return {
    ...answer,
    text,
    ...(written === undefined ? {} : { written }),
    words: wordsBehind(answer, text, contextSeconds(utterance)),
    audio_s: seconds,
    segments: text === '' ? [] : [{ start_s: 0, end_s: seconds, text }],
    covered_until_s: covered === null ? null : Math.max(0, covered - contextSeconds(utterance)),
  };
}
