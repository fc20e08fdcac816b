import { FRAME_SAMPLES, FRAME_SECONDS } from '../domain/units.js';
import { quietestFrame } from './long-speech.js';
import type { Stretch } from './pcm.js';
import { type Segmenter, utteranceStart } from './segmenter-state.js';

/** Speech that is new since the last look, before another one is worth it; seconds. */
const FRESH_S = 1;
/** The same where the words are typed as they come. */
const FRESH_LIVE_S = 0.45;
/** The part of the buffer, from its start, in which the quietest frame is looked for; seconds. */
const SEARCH_S = 1;

/**
 * The newest part of a sentence that is still being spoken, for a first hypothesis: at most `bufferS` seconds, begun at
 * the quietest frame of its first second so that no word is torn. Null where nobody speaks, and until there is a
 * second of speech behind `seenFrame`, the end of the last look.
 */
export function glimpse(segmenter: Segmenter, bufferS: number, seenFrame: number): Stretch | null {
  const { phase, frame } = segmenter;
  if (phase.kind !== 'speech') return null;
  const { speech } = phase;
  if ((frame - Math.max(seenFrame, speech.startFrame)) * FRAME_SECONDS < FRESH_S) return null;
  const toSample = frame * FRAME_SAMPLES;
  const spoken = frame - speech.startFrame;
  const buffer = Math.floor(bufferS / FRAME_SECONDS);
  if (spoken <= buffer) {
    const longest = toSample - buffer * FRAME_SAMPLES;
    return { fromSample: Math.max(utteranceStart(segmenter, speech), longest), toSample };
  }
  const first = spoken - buffer;
  const end = first + Math.floor(Math.min(SEARCH_S, bufferS / 2) / FRAME_SECONDS);
  const start = quietestFrame(speech.probabilities, first, end) ?? first;
  return { fromSample: (speech.startFrame + start) * FRAME_SAMPLES, toSample };
}

/** All of the utterance so far, where its words are typed while it is spoken; null as for `glimpse`. */
export function liveLook(segmenter: Segmenter, seenFrame: number): Stretch | null {
  const { phase, frame } = segmenter;
  if (phase.kind !== 'speech') return null;
  const { speech } = phase;
  if ((frame - Math.max(seenFrame, speech.startFrame)) * FRAME_SECONDS < FRESH_LIVE_S) return null;
  return { fromSample: utteranceStart(segmenter, speech), toSample: frame * FRAME_SAMPLES };
}
