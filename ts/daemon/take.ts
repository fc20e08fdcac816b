import { FRAME_SAMPLES } from '../domain/units.js';
import { type Segmenter, type SegmenterSettings, startSegmenter } from '../speech/segmenter.js';

/** One press of the key to the next: a recording and how far the ear has got with it. */
export interface Take {
  readonly recording: number;
  readonly session: number;
  /** First sample that belongs to this take; more than 0 only for what a killed daemon left. */
  readonly firstSample: number;
  /** Samples in the journal so far. */
  heardSamples: number;
  /** When the last of them came in, monotonic seconds. */
  heardAtS: number;
  /** Samples that have their voice probability. */
  scoredSamples: number;
  /** No more samples will come. */
  ended: boolean;
  segmenter: Segmenter;
  /** The voice-activity model's state after `scoredSamples`, opaque. */
  earState: Buffer | null;
  /** The speculative ticket of the pause that lasts now. */
  candidate: number | null;
  /** Set when the text must not be typed: cancelled, or left over from an earlier run. */
  hold: 'cancelled' | 'daemon_restarted' | null;
  /** Offsets of the sources that were played into it, for reports on files. */
  readonly startedS: number;
}

/** A take at its beginning. */
export function beginTake(
  fields: Pick<Take, 'recording' | 'session' | 'startedS' | 'hold'> & { firstSample?: number },
  settings: SegmenterSettings,
): Take {
  const firstSample = fields.firstSample ?? 0;
  return {
    ...fields,
    firstSample,
    heardSamples: firstSample,
    heardAtS: fields.startedS,
    scoredSamples: firstSample,
    ended: false,
    segmenter: startSegmenter(settings),
    earState: null,
    candidate: null,
  };
}

/** Frames that wait for the ear; a torn last frame of an ended take counts as one. */
export function waitingFrames(take: Take): number {
  const samples = take.heardSamples - take.scoredSamples;
  return take.ended ? Math.ceil(samples / FRAME_SAMPLES) : Math.floor(samples / FRAME_SAMPLES);
}

/** Everything was heard, scored and cut. */
export function isScored(take: Take): boolean {
  return take.ended && take.scoredSamples >= take.heardSamples;
}
