import { FRAME_SAMPLES, FRAME_SECONDS, secondsToSamples } from '../domain/units.js';
import type { Hypothesis } from './endpointing.js';
import type { Mark, SegmenterSettings } from './marks.js';
import type { Stretch } from './pcm.js';

export interface Segmenter {
  readonly settings: SegmenterSettings;
  /** Frames consumed so far. */
  readonly frame: number;
  /** End of the last utterance: the next one never reaches below it. */
  readonly floorSample: number;
  readonly innerPausesS: readonly number[];
  /** First frame after the voice of the last utterance; null before the first one. */
  readonly voiceEndFrame: number | null;
  /** The frame at which the sentence is over of which a part was cut off; null: none is open. */
  readonly openUntilFrame: number | null;
  readonly phase: Phase;
}

type Phase =
  | { readonly kind: 'silence' }
  | { readonly kind: 'speech'; readonly speech: Speech }
  | { readonly kind: 'pause'; readonly speech: Speech; readonly pause: Pause };

export interface Speech {
  readonly startFrame: number;
  readonly speechFrames: number;
  /** First frame after the last speech frame. */
  readonly endFrame: number;
  readonly probabilities: readonly number[];
}

export interface Pause {
  readonly announced: 'not yet' | 'once' | 'again';
  readonly hypothesis: Hypothesis | null;
}

export interface Step {
  readonly segmenter: Segmenter;
  readonly marks: readonly Mark[];
}

/** A segmenter at the start of a recording. */
export function startSegmenter(settings: SegmenterSettings): Segmenter {
  return {
    settings,
    frame: 0,
    floorSample: 0,
    innerPausesS: [],
    voiceEndFrame: null,
    openUntilFrame: null,
    phase: { kind: 'silence' },
  };
}

/** From here on each utterance is a whole sentence, as far as can be told. */
export function withoutParts(segmenter: Segmenter): Segmenter {
  return { ...segmenter, settings: { ...segmenter.settings, early: false, live: false } };
}

/** What an utterance of this speech is made of, not beyond a sample. */
export function utteranceStretch(
  segmenter: Segmenter,
  speech: Speech,
  limitSample: number,
): Stretch {
  const wanted = speech.endFrame * FRAME_SAMPLES + secondsToSamples(segmenter.settings.postRollS);
  return {
    fromSample: utteranceStart(segmenter, speech),
    toSample: Math.min(limitSample, wanted),
  };
}

/** First sample of the utterance that this speech becomes part of. */
export function utteranceStart(segmenter: Segmenter, speech: Speech): number {
  const wanted = speech.startFrame * FRAME_SAMPLES - secondsToSamples(segmenter.settings.preRollS);
  return Math.max(segmenter.floorSample, wanted, 0);
}

/** How long this speech has paused. */
export function pausedSeconds(segmenter: Segmenter, speech: Speech): number {
  return (segmenter.frame - speech.endFrame) * FRAME_SECONDS;
}
