import type { SegmenterSettings } from '../../ts/speech/marks.js';

/** Live dictation with a fixed pause. */
export const FIXED: SegmenterSettings = {
  threshold: 0.5,
  releaseThreshold: 0.35,
  endpointing: 'fixed',
  early: false,
  live: false,
  silenceDurationS: 0.8,
  preRollS: 0.4,
  postRollS: 0.25,
  minSpeechS: 0.064,
  maxUtteranceS: 30,
};
