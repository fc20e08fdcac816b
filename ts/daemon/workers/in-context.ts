import type { WorkerAnswer } from '../../protocol/worker/worker.js';
import { textBehind } from '../../voice/text-behind.js';
import type { Reply } from '../../worker/requests.js';
import { contextSeconds } from '../utterances/context.js';
import type { OpenUtterance } from '../utterances/open-utterances.js';

type TextAnswer = Extract<WorkerAnswer, { type: 'text' }>;

/** By more than this the context was heard otherwise: nobody knows where the new words begin. */
const MOST_DIFFERENCE = 0.2;

export interface ContextSounds {
  /** From the first sample of the context to the end of the utterance, s16le. */
  whole(): Promise<Buffer>;
  /** The utterance alone. */
  own(): Promise<Buffer>;
  ask(pcm: Buffer): Promise<Reply>;
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
  if (context === null) return sounds.ask(await sounds.own());
  const reply = await sounds.ask(await sounds.whole());
  if (reply.kind !== 'answer' || reply.answer.type !== 'text') return reply;
  const answer = withoutContext(utterance, reply.answer);
  if (answer !== null) return { ...reply, answer };
  const alone = await sounds.ask(await sounds.own());
  if (alone.kind !== 'answer' || alone.answer.type !== 'text') return alone;
  const stt_ms = alone.answer.stt_ms + reply.answer.stt_ms;
  return { ...alone, answer: { ...alone.answer, stt_ms } };
}

/** The answer as if the utterance had been heard alone; null where its words can't be told from those before. */
function withoutContext(utterance: OpenUtterance, answer: TextAnswer): TextAnswer | null {
  const { context, seconds } = utterance;
  if (context === null) return null;
  const behind = textBehind(context.text, answer.text);
  const written = behindWritten(context.written, answer.written);
  if (behind.difference > MOST_DIFFERENCE || written === null) return null;
  const contextS = contextSeconds(utterance);
  const { text } = behind;
  const covered = answer.covered_until_s ?? null;
  return {
    ...answer,
    text,
    ...(written === undefined ? {} : { written }),
    audio_s: seconds,
    segments: text === '' ? [] : [{ start_s: 0, end_s: seconds, text }],
    covered_until_s: covered === null ? null : Math.max(0, covered - contextS),
  };
}

/** Undefined where there is none; null where it can't be told where the new words begin. */
function behindWritten(
  known: string | undefined,
  written: string | undefined,
): string | null | undefined {
  if (written === undefined) return undefined;
  if (known === undefined) return null;
  const { text, difference } = textBehind(known, written);
  return difference > MOST_DIFFERENCE ? null : text;
}
