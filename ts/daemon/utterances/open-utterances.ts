import type { PendingReason } from '../../domain/state.js';
import type { WorkerAnswer } from '../../protocol/worker/worker.js';
import type { Stretch } from '../../speech/pcm.js';
import { stretchSeconds } from '../../speech/pcm.js';
import type { VoicedStretch } from '../../speech/voiced.js';
import type { Focus } from '../../system/desktop/window/focus.js';

/** What stands between two spaces of a text as its engine wrote it. */
interface HeardWord {
  /** One word, several where the engine wrote them as one. */
  readonly text: string;
  readonly written: string;
  /** From the start of the utterance; null where that is not known. */
  readonly startS: number | null;
  /** Of its least sure part, 0 to 1. */
  readonly probability: number;
}

/** What the recogniser said about one utterance. */
export interface Transcript {
  readonly text: string;
  /** The same with signs and capitals, where that was wished for. */
  readonly written?: string | undefined;
  readonly device: string;
  readonly engine: string;
  readonly sttMs: number;
  readonly sentenceEnd: boolean | null;
  /** The second up to which all speech became words, as the engine says; null where it can't tell. */
  readonly coveredUntilS?: number | null;
  readonly segments: readonly { start_s: number; end_s: number; text: string }[];
  /** The text once more, word for word, where that was asked for and can be told. */
  readonly words?: readonly HeardWord[] | undefined;
}

/** A worker's answer in our words. */
export function toTranscript(answer: Extract<WorkerAnswer, { type: 'text' }>): Transcript {
  const { text, written, device, engine, segments, stt_ms: sttMs } = answer;
  const sentenceEnd = answer.sentence_end ?? null;
  const coveredUntilS = answer.covered_until_s ?? null;
  const more = { sttMs, sentenceEnd, coveredUntilS };
  const signs = written === undefined ? {} : { written };
  const words = answer.words?.map(({ start_s: startS, ...word }) => ({ ...word, startS }));
  return { text, device, engine, segments, ...more, ...signs, ...(words ? { words } : {}) };
}

/** The text as it is kept and typed. */
export function writtenText({ text, written }: Transcript): string {
  return written ?? text;
}

/** Who waits for the text. */
export type Purpose =
  /** Somebody speaks now: type it, in order. */
  | { readonly kind: 'dictation' }
  /** Left over from before, or cancelled: keep it as pending, never type it by itself. */
  | { readonly kind: 'hold'; readonly reason: PendingReason }
  /** A program asked for the text of its own audio. */
  | { readonly kind: 'request'; answer(result: Transcript | { failed: string }): void };

/** Sound that is heard once more before an utterance, so that its first words have others around them. */
export interface Context {
  /** Samples of the same recording. */
  readonly fromSample: number;
  /** Between it and the utterance lies a pause; else speech was cut in two. */
  readonly hasRest: boolean;
  /** What is in it, as it was heard; and as it was written, where that was wished for. */
  readonly text: string;
  readonly written: string | undefined;
}

/** One stretch of audio on its way to text. `id` is the number that the policy knows it by. */
export interface OpenUtterance {
  readonly id: number;
  readonly audio: ({ readonly recording: number } & Stretch) | { readonly pcm: Buffer };
  readonly seconds: number;
  readonly session: number;
  readonly speculative: boolean;
  purpose: Purpose;
  /** What was said just before it; null where nothing was. */
  context: Context | null;
  /** It is asked when each word begins. */
  timed: boolean;
  /** It goes on from the utterance before it, in the same sentence. */
  goesOn: boolean;
  /** Another one may go on from it. */
  open: boolean;
  journalId: number | null;
  transcript: Transcript | null;
  /** Speech in its audio as the ear heard it; null where no ear listened. */
  voiced: readonly VoicedStretch[] | null;
  /** The text that came first, until the policy is content with it; it is never lost. */
  doubted: Transcript | null;
  /** The policy wants the same audio transcribed once more. */
  heardAgain: boolean;
  /** Speech without words is left in it. */
  lacksText: boolean;
  /** The window that had the focus when the voice stopped; null where that does not matter. */
  spokenInto: Promise<Focus> | null;
  /** Where in its recording the voice stopped, in seconds. */
  voiceEndAtS: number;
  /**
   * Monotonic seconds: when the audio was first offered to an engine, when the voice stopped, when the last
   * frame of the pause came in, when the pause was confirmed, when the text was there.
   */
  readonly issuedS: number;
  voiceEndedS: number;
  lastFrameS: number;
  closedS: number;
  textS: number;
}

/** Whether an utterance's audio is exactly this stretch. */
export function covers(utterance: OpenUtterance, recording: number, stretch: Stretch): boolean {
  const { audio } = utterance;
  return (
    'recording' in audio &&
    audio.recording === recording &&
    audio.fromSample === stretch.fromSample &&
    audio.toSample === stretch.toSample
  );
}

/** All utterances that are not finished, by id. */
export class OpenUtterances {
  private readonly open = new Map<number, OpenUtterance>();
  private lastId = 0;

  issue(
    audio: OpenUtterance['audio'],
    fields: { session: number; speculative: boolean; purpose: Purpose; nowS: number },
  ): OpenUtterance {
    this.lastId += 1;
    const utterance: OpenUtterance = {
      id: this.lastId,
      audio,
      seconds: audioSeconds(audio),
      session: fields.session,
      speculative: fields.speculative,
      purpose: fields.purpose,
      context: null,
      timed: false,
      goesOn: false,
      open: false,
      journalId: null,
      transcript: null,
      voiced: null,
      doubted: null,
      heardAgain: false,
      lacksText: false,
      spokenInto: null,
      voiceEndAtS: 0,
      issuedS: fields.nowS,
      voiceEndedS: fields.nowS,
      lastFrameS: fields.nowS,
      closedS: fields.nowS,
      textS: 0,
    };
    this.open.set(utterance.id, utterance);
    return utterance;
  }

  get(id: number): OpenUtterance | undefined {
    return this.open.get(id);
  }

  close(id: number): void {
    this.open.delete(id);
  }

  all(): Iterable<OpenUtterance> {
    return this.open.values();
  }

  get size(): number {
    return this.open.size;
  }
}

function audioSeconds(audio: OpenUtterance['audio']): number {
  if ('pcm' in audio) return audio.pcm.length / 2 / 16_000;
  return stretchSeconds(audio);
}
