import { adjust, framesOf, fromDb, isOffset, measure } from './loudness.js';

/** How loud a take is, as far as it was heard. */
export interface EarLevel {
  /** The loudest frame of the last seconds; fades by half in 10 s. */
  readonly loud: number;
  /** Mean of the samples over the last second; null before the first frame. */
  readonly offset: number | null;
}

export const UNHEARD: EarLevel = { loud: 0, offset: null };

/**
 * The voice-activity model knows speech down to -66 dB and misses it at -76 dB (nine recordings, attenuated step by step).
 * Below this a take is raised to it, and no further: its noise then stays where the model knows it for noise.
 */
const LOW = fromDb(-56);
const MOST_GAIN = 32;
/** Below half a bit there is nothing to raise. */
const NOTHING = 0.7;
const FADE = 0.5 ** (0.032 / 10);
const OFFSET_SHARE = 0.032;

/** Whole frames as the ear hears them best, and what is known of the level behind them. Normal sound passes as it is. */
export function raiseForEar(level: EarLevel, pcm: Buffer): { level: EarLevel; pcm: Buffer } {
  let now = level;
  let changed = false;
  const frames = framesOf(pcm).map((frame) => {
    const here = measure(frame);
    const before = now.offset ?? here.offset;
    const offset = before + OFFSET_SHARE * (here.offset - before);
    now = { loud: Math.max(here.rms, now.loud * FADE), offset };
    const removed = isOffset({ rms: now.loud, offset }) ? offset : 0;
    const gain = now.loud >= LOW || now.loud < NOTHING ? 1 : Math.min(MOST_GAIN, LOW / now.loud);
    if (removed === 0 && gain === 1) return frame;
    changed = true;
    return adjust(frame, removed, gain);
  });
  return { level: now, pcm: changed ? Buffer.concat(frames) : pcm };
}
