import type { Endpointing } from './endpointing.js';
import type { Stretch } from './pcm.js';

/** How speech is cut into utterances. Seconds, and probabilities from 0 to 1. */
export interface SegmenterSettings {
  /** A frame at or above it is speech. */
  readonly threshold: number;
  /** Once speech has begun, a frame must fall below it to count as silence. */
  readonly releaseThreshold: number;
  readonly endpointing: Endpointing;
  /** Words that are certain are cut off at a short pause already; the sentence may go on behind them. */
  readonly early: boolean;
  /** Words that two looks agree on are cut off while speech goes on. */
  readonly live: boolean;
  /** Ceiling of the pause that ends an utterance. */
  readonly silenceDurationS: number;
  /** Kept before the first speech frame. */
  readonly preRollS: number;
  /** Kept after the last speech frame; also the pause at which a candidate is announced. */
  readonly postRollS: number;
  /** Less speech than this in all is a click, not a word. */
  readonly minSpeechS: number;
  /** Speech without a pause is cut at its quietest place when it gets this long. */
  readonly maxUtteranceS: number;
}

/** What the segmenter found out; positions are samples from the start of the recording. */
export type Mark =
  | { readonly kind: 'voice'; readonly active: boolean }
  /** A pause that might end the utterance: recognition may start on this stretch. `again`: it has lasted a while since. */
  | ({ readonly kind: 'candidate'; readonly again: boolean } & Stretch)
  /** The speaker went on: the candidate is void. */
  | { readonly kind: 'resumed' }
  /**
   * `speechEndSample`: where the voice stopped, for the delay that a person feels. `goesOn`: it goes on from the utterance
   * before it. `open`: another one may go on from it; `rested` says when no more will.
   */
  | ({
      readonly kind: 'utterance';
      readonly speechEndSample: number;
      readonly goesOn: boolean;
      readonly open: boolean;
    } & Stretch)
  /** The pause behind an open utterance is over: the sentence has ended. */
  | { readonly kind: 'rested' }
  /** Nothing below this sample can become part of a later utterance. */
  | { readonly kind: 'released'; readonly belowSample: number };

/** Whether, with this mark, somebody who spoke has stopped, if only for a moment. */
export function endsSpeech(mark: Mark): boolean {
  if (mark.kind === 'voice') return !mark.active;
  return mark.kind === 'candidate' || mark.kind === 'utterance';
}
