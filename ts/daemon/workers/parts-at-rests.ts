import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../../domain/units.js';
import type { WorkerAnswer } from '../../protocol/worker/worker.js';
import type { Reply } from '../../worker/requests.js';

type TextAnswer = Extract<WorkerAnswer, { type: 'text' }>;
type TextReply = Extract<Reply, { kind: 'answer' }> & { readonly answer: TextAnswer };

/** How much nearer to its end than this an engine need not say that it heard, seconds. */
const NEAR_END_S = 0.25;

/** The parts of PCM (s16le) between some seconds, none empty. */
export function cutPcm(pcm: Buffer, cutsS: readonly number[]): readonly Buffer[] {
  const bounds = [0, ...cutsS.map((cutS) => Math.round(cutS * SAMPLE_RATE_HZ) * BYTES_PER_SAMPLE)];
  return bounds
    .map((from, at) => pcm.subarray(from, bounds[at + 1] ?? pcm.length))
    .filter((part) => part.length > 0);
}

/** Asks for one part after the other; the first that gives no text ends it. */
export async function transcribeParts(
  parts: readonly Buffer[],
  ask: (part: Buffer) => Promise<Reply>,
): Promise<Reply> {
  const answers: TextAnswer[] = [];
  for (const part of parts) {
    const reply = await ask(part);
    if (!isText(reply)) return reply;
    answers.push(reply.answer);
  }
  const [first, ...more] = answers;
  if (first === undefined) return { kind: 'lost', fault: 'dead' };
  return { kind: 'answer', answer: more.reduce(joinAnswers, first) };
}

/** Two answers about audio that follows one another, as one. */
function joinAnswers(before: TextAnswer, next: TextAnswer): TextAnswer {
  const shift = before.audio_s;
  return {
    ...next,
    text: [before.text, next.text].filter((text) => text !== '').join(' '),
    ...joinWritten(before.written, next.written),
    stt_ms: before.stt_ms + next.stt_ms,
    audio_s: before.audio_s + next.audio_s,
    need_mb: largest(before.need_mb, next.need_mb),
    segments: [
      ...before.segments,
      ...next.segments.map((each) => ({
        ...each,
        start_s: each.start_s + shift,
        end_s: each.end_s + shift,
      })),
    ],
    sentence_end: next.text === '' ? before.sentence_end : next.sentence_end,
    covered_until_s: coveredUntil(before, next),
  };
}

function joinWritten(before: string | undefined, next: string | undefined) {
  if (before === undefined || next === undefined) return {};
  return { written: [before, next].filter((text) => text !== '').join(' ') };
}

function coveredUntil(before: TextAnswer, next: TextAnswer): number | null {
  const heard = before.covered_until_s ?? null;
  const further = next.covered_until_s ?? null;
  if (heard === null || further === null) return null;
  return heard < before.audio_s - NEAR_END_S ? heard : before.audio_s + further;
}

function largest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function isText(reply: Reply): reply is TextReply {
  return reply.kind === 'answer' && reply.answer.type === 'text';
}
