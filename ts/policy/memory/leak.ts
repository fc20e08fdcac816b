import type { Figures } from '../state/signal.js';
import type { Leak } from '../state/state.js';

/** Rises of our memory at rest that make a leak, and how far above the level after loading. */
const RISES = 5;
export const LEAK_MB = 150;
/** Differences below this are not a rise; a fall of more than the second ends the count. */
const RISE_MB = 0.2;
const FALL_MB = 20;

/**
 * Learns what our worker holds while it has nothing to do, beside its allocator too: libraries and the driver grow where
 * no allocator sees it. Others' memory does not matter here.
 */
export function watchLeak(leak: Leak | null, generation: number, figures: Figures): Leak | null {
  if (!figures.measured) return leak;
  const nowMb = figures.activeMb + figures.contextMb;
  if (leak === null || leak.generation !== generation) {
    return { generation, baselineMb: nowMb, lastMb: nowMb, rises: 0, suspected: false };
  }
  if (nowMb < leak.lastMb - FALL_MB) {
    const baselineMb = Math.min(leak.baselineMb, nowMb);
    return { ...leak, baselineMb, lastMb: nowMb, rises: 0, suspected: false };
  }
  if (nowMb < leak.lastMb + RISE_MB) return leak;
  const rises = leak.rises + 1;
  const suspected = rises >= RISES && nowMb - leak.baselineMb > LEAK_MB;
  return { ...leak, lastMb: nowMb, rises, suspected };
}
