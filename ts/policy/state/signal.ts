import type { CardSample } from '../../domain/memory.js';

/** What one sample says, in MB. `measured`: our own worker's figures were in it. */
export interface Figures {
  readonly atS: number;
  readonly totalMb: number;
  readonly usedMb: number;
  readonly othersMb: number;
  readonly ownMb: number;
  readonly contextMb: number;
  readonly activeMb: number;
  readonly reclaimableMb: number;
  readonly measured: boolean;
  /** Our allocator has been refused memory since the last sample and gave its cache back: the card was full. */
  readonly wasFull: boolean;
  readonly allocRetries: number;
  /** How fast other programs fill the card, MB per second; 0 where two samples can't be compared. */
  readonly fillMbPerS: number;
  /** The lower of the last two rates: a step that has ended foretells nothing, a ramp does. */
  readonly steadyFillMbPerS: number;
}

/** Rates from samples closer together than this are noise. */
const SHORTEST_SPAN_S = 0.09;
const LONGEST_SPAN_S = 5;

/**
 * used = total - driverFree - reclaimable, reclaimable = reserved - active - inactiveSplit of our own allocator:
 * what we could give back at once is not pressure. others = used - (context + active).
 */
export function readSample(sample: CardSample, atS: number, before: Figures | null): Figures {
  const own = sample.own;
  const reclaimableMb =
    own === null ? 0 : Math.max(0, own.reservedMb - own.activeMb - own.inactiveSplitMb);
  const usedMb = Math.max(0, sample.totalMb - sample.driverFreeMb - reclaimableMb);
  const ownMb = own === null ? 0 : own.contextMb + own.activeMb;
  const othersMb = Math.max(0, usedMb - ownMb);
  const allocRetries = own?.allocRetries ?? 0;
  const fillMbPerS = fillRate(before, { atS, othersMb, measured: own !== null });
  return {
    atS,
    totalMb: sample.totalMb,
    usedMb,
    othersMb,
    ownMb,
    contextMb: own === null ? 0 : own.contextMb,
    activeMb: own === null ? 0 : own.activeMb,
    reclaimableMb,
    measured: own !== null,
    wasFull: before?.measured === true && allocRetries > before.allocRetries,
    allocRetries,
    fillMbPerS,
    steadyFillMbPerS: Math.max(0, Math.min(fillMbPerS, before?.fillMbPerS ?? 0)),
  };
}

function fillRate(
  before: Figures | null,
  now: { readonly atS: number; readonly othersMb: number; readonly measured: boolean },
): number {
  if (before === null || before.measured !== now.measured) return 0;
  const spanS = now.atS - before.atS;
  if (spanS < SHORTEST_SPAN_S || spanS > LONGEST_SPAN_S) return 0;
  return (now.othersMb - before.othersMb) / spanS;
}
