import { FRAME_SECONDS, samplesToSeconds } from '../../domain/units.js';
import { glimpse } from '../../speech/glimpse.js';
import type { Stretch } from '../../speech/pcm.js';
import { stretchOf, type Take, voicedIn } from '../hearing/take.js';
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
}

/** How long the engine rests after a look, in times of what it took: looks have less than a quarter of its time. */
const REST = 3;

/**
 * The streaming side of dictation: while a sentence is spoken, its last seconds are recognised again and again for
 * whoever wants to read along. It only takes time that nobody needs: never while an utterance or a guess is on its
 * way, and as a speculative one it waits behind all others and is never tried twice.
 */
export class LiveText {
  private asked: number | null = null;

  constructor(private readonly ports: LiveTextPorts) {}

  /** Frames of a take have been scored. */
  scored(take: Take): void {
    const { ports } = this;
    if (this.asked !== null || !ports.live.watched() || take.hold !== null || take.ended) return;
    if (ports.utterances.size > 0) return;
    const stretch = glimpse(take.segmenter, ports.live.bufferS, take.lookedFrame);
    if (stretch === null) return;
    const { frame } = take.segmenter;
    take.lookedFrame = frame;
    const audio = stretchOf(take, stretch);
    const answer = (result: Transcript | { failed: string }) => {
      this.asked = null;
      if ('failed' in result) return;
      const restS = (REST * result.sttMs) / 1e3;
      take.lookedFrame = frame + Math.ceil(restS / FRAME_SECONDS);
      ports.live.show({ session: take.session, audio, transcript: result });
    };
    const utterance = ports.issue(audio, take.session, { kind: 'request', answer });
    utterance.voiced = voicedIn(take, audio);
    this.asked = utterance.id;
    ports.submit(utterance);
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
