import { FRAME_SECONDS, samplesToSeconds } from '../../domain/units.js';
import { glimpse, liveLook } from '../../speech/glimpse.js';
import type { Stretch } from '../../speech/pcm.js';
import { stretchOf, type Take, voicedIn } from '../hearing/take.js';
import { Agreement, type Look } from './agreement.js';
import { contextOf } from './context.js';
import type { OpenUtterance, OpenUtterances, Purpose, Transcript } from './open-utterances.js';

/** What is heard so far of a sentence that is still being spoken. Never typed, never kept. */
export interface LiveHypothesis {
  readonly session: number;
  /** The stretch that it was made from, in samples from the start of the recording. */
  readonly audio: Stretch;
  readonly transcript: Transcript;
}

export interface LiveTextReaders {
  /** Longest stretch that is looked at, in seconds. */
  readonly bufferS: number;
  /** Whether anybody reads along: without a reader nothing is recognised. */
  watched(): boolean;
  show(hypothesis: LiveHypothesis): void;
}

export interface LiveTextPorts {
  readonly utterances: OpenUtterances;
  readonly live: LiveTextReaders;
  /** A speculative utterance. */
  issue(audio: OpenUtterance['audio'], session: number, purpose: Purpose): OpenUtterance;
  submit(utterance: OpenUtterance): void;
  withdraw(utteranceId: number): void;
  /** Whether what comes next could not change how these words are typed. */
  isSettled(text: string): boolean;
  /** These words are certain: they are cut off at this frame. Answers the sample at which the rest begins; null: it can't be. */
  cutOff(take: Take, look: Look): number | null;
}

/** How long the engine rests after a look, in times of what it took: looks have less than a quarter of its time. */
const REST = 3;
/** Where words are typed as they come, an engine that is slower than this rests as long as it is slower. */
const LIVE_ENGINE_S = 0.45;

/**
 * The streaming side of dictation: while a sentence is spoken, its last seconds are recognised again and again for
 * whoever wants to read along. It only takes time that nobody needs: never while an utterance or a guess is on its
 * way, and as a speculative one it waits behind all others and is never tried twice. With `[inject] live` the looks are
 * at all of the utterance, and words that two of them agree on are typed.
 */
export class LiveText {
  private asked: number | null = null;
  private readonly agreement = new Agreement();

  constructor(private readonly ports: LiveTextPorts) {}

  /** Frames of a take have been scored. */
  scored(take: Take): void {
    const { ports } = this;
    const { live } = take.segmenter.settings;
    const isWatched = ports.live.watched();
    if (this.asked !== null || take.hold !== null || take.ended || !(live || isWatched)) return;
    if (ports.utterances.size > 0) return;
    const stretch = live
      ? liveLook(take.segmenter, take.lookedFrame)
      : glimpse(take.segmenter, ports.live.bufferS, take.lookedFrame);
    if (stretch === null) return;
    const { frame } = take.segmenter;
    take.lookedFrame = frame;
    const audio = stretchOf(take, stretch);
    const answer = (transcript: Transcript | { failed: string }) => {
      this.asked = null;
      if ('failed' in transcript) return;
      const engineS = transcript.sttMs / 1e3;
      const restS = live ? Math.max(0, engineS - LIVE_ENGINE_S) : REST * engineS;
      take.lookedFrame = frame + Math.ceil(restS / FRAME_SECONDS);
      if (isWatched) ports.live.show({ session: take.session, audio, transcript });
      if (live) this.compare(take, stretch.fromSample, { frame, transcript });
    };
    const utterance = ports.issue(audio, take.session, { kind: 'request', answer });
    utterance.voiced = voicedIn(take, audio);
    if (live) {
      utterance.context = contextOf(take, audio);
      utterance.timed = true;
    }
    this.asked = utterance.id;
    ports.submit(utterance);
  }

  /** What two looks agree on is cut off, unless the utterance has been closed since. */
  private compare(take: Take, fromSample: number, look: Look): void {
    const { agreement, ports } = this;
    const agreed = agreement.add(fromSample, look, (text) => ports.isSettled(text));
    if (agreed === null || liveLook(take.segmenter, 0)?.fromSample !== fromSample) return;
    const restSample = ports.cutOff(take, agreed);
    if (restSample !== null) agreement.cutOff(agreed, restSample);
  }

  /** A pause, or the end: the engine is needed for the sentence itself. */
  yield(): void {
    if (this.asked === null) return;
    this.ports.withdraw(this.asked);
    this.asked = null;
  }
}

/** A hypothesis as readers get it; seconds from the start of the recording. */
export function describeHypothesis(hypothesis: LiveHypothesis): Record<string, unknown> {
  const { session, audio, transcript } = hypothesis;
  return {
    session_id: session,
    text: transcript.text,
    start_s: samplesToSeconds(audio.fromSample),
    end_s: samplesToSeconds(audio.toSample),
    device: transcript.device,
    engine: transcript.engine,
    stt_ms: transcript.sttMs,
  };
}
