import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../../domain/units.js';
import { suspectPart } from '../../policy/transcribing/suspicion.js';
import type { WorkerAnswer } from '../../protocol/worker/worker.js';
import {
  longestRest,
  speechSeconds,
  splitVoiced,
  type VoicedStretch,
} from '../../speech/voiced.js';
import type { Reply } from '../../worker/requests.js';
import { believed, coveredBy } from '../utterances/believed.js';
import { compareSpeech } from '../utterances/heard-speech.js';

type TextAnswer = Extract<WorkerAnswer, { type: 'text' }>;
type TextReply = Extract<Reply, { kind: 'answer' }> & { readonly answer: TextAnswer };

/** So much speech behind the last word, in seconds, is the end of that word. */
const NEAR_END_S = 0.25;

/** How often audio is cut in two at most: sixteen parts, and each second of it heard four times. */
const DEEPEST = 4;

/** Sound with what is speech in it. */
export interface VoicedSound {
  /** s16le. */
  readonly pcm: Buffer;
  readonly voiced: readonly VoicedStretch[];
}

type Ask = (part: Buffer) => Promise<Reply>;

/**
 * Asks for both sides of the longest rest, and in the same way for each side whose text does not fit its speech: a cut
 * costs the words beside it their context, so there are no more than are needed. The first fault ends it.
 */
export async function hearAtRests(sound: VoicedSound, ask: Ask, deepest = DEEPEST): Promise<Reply> {
  const rest = longestRest(sound.voiced);
  if (rest === null || deepest === 0) return ask(sound.pcm);
  let answer: TextAnswer | null = null;
  for (const part of cutSound(sound, rest.middleS)) {
    const reply = await hearPart(part, ask, deepest - 1);
    if (!isText(reply)) return reply;
    const next = coveredToEnd(part, reply.answer);
    answer = answer === null ? next : joinAnswers(answer, next);
  }
  return answer === null ? { kind: 'lost', fault: 'dead' } : { kind: 'answer', answer };
}

async function hearPart(part: VoicedSound, ask: Ask, deepest: number): Promise<Reply> {
  const first = await ask(part.pcm);
  if (deepest === 0 || !isText(first) || !leavesOut(part, first.answer)) return first;
  const second = await hearAtRests(part, ask, deepest);
  if (!isText(second)) return second;
  const [whole, parts] = [first.answer, second.answer];
  const seconds = part.pcm.length / BYTES_PER_SAMPLE / SAMPLE_RATE_HZ;
  const chosen = believed(whole, parts, seconds);
  const covered = coveredBy(chosen === whole, whole.covered_until_s, parts.covered_until_s);
  const stt_ms = whole.stt_ms + parts.stt_ms;
  return { kind: 'answer', answer: { ...chosen, stt_ms, covered_until_s: covered } };
}

function leavesOut({ voiced }: VoicedSound, answer: TextAnswer): boolean {
  const { text, covered_until_s: coveredUntilS = null, stt_ms } = answer;
  return suspectPart(compareSpeech(voiced, { text, coveredUntilS }), stt_ms / 1e3) !== null;
}

function cutSound({ pcm, voiced }: VoicedSound, atS: number): readonly VoicedSound[] {
  const byte = Math.round(atS * SAMPLE_RATE_HZ) * BYTES_PER_SAMPLE;
  const [before, behind] = splitVoiced(voiced, atS);
  return [
    { pcm: pcm.subarray(0, byte), voiced: before },
    { pcm: pcm.subarray(byte), voiced: behind },
  ];
}

/** An engine that heard up to the last word of a part need not have heard the rest behind it. */
function coveredToEnd({ voiced }: VoicedSound, answer: TextAnswer): TextAnswer {
  const heard = answer.covered_until_s ?? null;
  if (heard === null || speechSeconds(voiced, heard) > NEAR_END_S) return answer;
  return { ...answer, covered_until_s: answer.audio_s };
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
  return heard < before.audio_s ? heard : before.audio_s + further;
}

function largest(a: number | null, b: number | null): number | null {
  return a === null || b === null ? (a ?? b) : Math.max(a, b);
}

function isText(reply: Reply): reply is TextReply {
  return reply.kind === 'answer' && reply.answer.type === 'text';
}
