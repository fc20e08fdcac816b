import { compareChannels, type Likeness } from './likeness.js';
import { type ChannelStatistics, COARSE_RATE_HZ } from './statistics.js';

/** Energy ratio of a channel on which something happens; steady noise stays below 1.3, a voice as loud as its noise gives 2. */
const LIVELY = 2;
/** From here on two channels carry the same voice; two people at once stay below 0.4 (see the test). */
const SAME = 0.55;
/** What was the same voice stays so until it is clearly none. */
const STILL_SAME = 0.45;
/** Below this the sign of a likeness is chance. */
const SIGNED = 0.2;
/** The channel that is listened to changes where another is better by this, as a ratio of energies (6 dB). */
const BETTER = 4;

/** What was found about the channels before, so that it is not found anew each time. */
export interface Comparison {
  /** The channel whose sound is taken as it is. */
  readonly chosen: number;
  /** Of each channel beside the chosen one. */
  readonly others: readonly { readonly likeness: Likeness; readonly same: boolean }[];
  /** What each channel is multiplied with before all are added. */
  readonly weights: readonly number[];
}

/**
 * How channels become one: the best of those that carry the same voice is taken alone, because adding copies that are
 * inverted or late makes a voice vanish; channels that carry different voices are added.
 */
export function compareAll(
  channels: readonly ChannelStatistics[],
  before: Comparison | null,
  furthestS: number,
): Comparison {
  const chosen = choose(channels, before?.chosen ?? null);
  const moved = chosen !== before?.chosen;
  const reference = channels[chosen];
  const others = channels.map((channel, at) => {
    const known = moved ? undefined : before?.others[at];
    if (reference === undefined || at === chosen || !isLively(channel)) {
      return known ?? { likeness: { correlation: 0, delay: 0 }, same: false };
    }
    const furthest = Math.round(furthestS * COARSE_RATE_HZ);
    const delay = known?.likeness.delay ?? 0;
    const likeness = compareChannels(reference.coarse, channel.coarse, furthest, delay);
    const same = Math.abs(likeness.correlation) >= (known?.same ? STILL_SAME : SAME);
    return { likeness, same };
  });
  const weights = channels.map((channel, at) => {
    if (at === chosen) return 1;
    const other = others[at];
    if (!isLively(channel) || other === undefined || other.same) return 0;
    return other.likeness.correlation < -SIGNED ? -1 : 1;
  });
  return { chosen, others, weights };
}

function isLively(channel: ChannelStatistics): boolean {
  return channel.dynamics >= LIVELY;
}

/** The liveliest voice above its own noise; where nothing happens, the channel that was listened to before. */
function choose(channels: readonly ChannelStatistics[], before: number | null): number {
  const merit = channels.map((channel) =>
    isLively(channel) ? channel.loudest * Math.min(channel.dynamics, 1e3) : 0,
  );
  const best = merit.indexOf(Math.max(...merit));
  if (before === null) return (merit[best] ?? 0) > 0 ? best : loudest(channels);
  return (merit[best] ?? 0) > BETTER ** 2 * (merit[before] ?? 0) ? best : before;
}

function loudest(channels: readonly ChannelStatistics[]): number {
  const levels = channels.map((channel) => channel.loudest);
  return levels.indexOf(Math.max(...levels));
}
