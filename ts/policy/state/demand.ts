import type { DemandLine } from '../../domain/events.js';
import type { PolicySettings } from '../../domain/policy-settings.js';

/** What a request needs beside the model, learned: need = baseMb + mbPerS x seconds, and what lay above it. */
export interface Demand {
  readonly baseMb: number;
  readonly mbPerS: number;
  /** Measurements ever, with those of earlier runs. */
  readonly samples: number;
  readonly sums: Sums;
  /** How far the worst peak lay above the line; fades. */
  readonly excessMb: number;
  /** The longest piece measured: beyond it the line is only trusted where it asks for more than `assumed`. */
  readonly longestS: number;
  readonly assumed: { readonly baseMb: number; readonly mbPerS: number };
}

/** Faded sums of a least-squares fit: weight, lengths, peaks. */
interface Sums {
  readonly n: number;
  readonly x: number;
  readonly y: number;
  readonly xx: number;
  readonly xy: number;
}

/** The line moves only when so many measurements differ in length by so much (variance, s²). */
const ENOUGH = 8;
const ENOUGH_VARIANCE_S2 = 0.25;
/** Each measurement leaves the sums this much lighter: about 200 count. */
const KEEP = 0.995;
const NOTHING: Sums = { n: 0, x: 0, y: 0, xx: 0, xy: 0 };

/** The line that was kept, or the configured one before anything was measured. */
export function startDemand(
  settings: Pick<PolicySettings, 'needBaseMb' | 'needMbPerS'>,
  kept: DemandLine | null = null,
): Demand {
  const assumed = { baseMb: settings.needBaseMb, mbPerS: settings.needMbPerS };
  const line = kept ?? { ...assumed, samples: 0 };
  return {
    baseMb: line.baseMb,
    mbPerS: line.mbPerS,
    samples: line.samples,
    sums: NOTHING,
    excessMb: 0,
    longestS: 0,
    assumed,
  };
}

/** Peak that a piece of this length will need, in MB; never below the worst that was measured above the line. */
export function needFor(demand: Demand, seconds: number): number {
  const learned = demand.baseMb + demand.mbPerS * seconds;
  const { assumed } = demand;
  const known = seconds <= demand.longestS;
  const lineMb = known ? learned : Math.max(learned, assumed.baseMb + assumed.mbPerS * seconds);
  return Math.max(0, lineMb + demand.excessMb);
}

/** Learns one measured peak, O(1). Nonsense is ignored. */
export function learnNeed(demand: Demand, seconds: number, needMb: number): Demand {
  if (!Number.isFinite(needMb) || needMb < 0 || !(seconds > 0)) return demand;
  const sums = {
    n: demand.sums.n * KEEP + 1,
    x: demand.sums.x * KEEP + seconds,
    y: demand.sums.y * KEEP + needMb,
    xx: demand.sums.xx * KEEP + seconds * seconds,
    xy: demand.sums.xy * KEEP + seconds * needMb,
  };
  const line = refit(sums, demand);
  const aboveMb = needMb - (line.baseMb + line.mbPerS * seconds);
  return {
    baseMb: line.baseMb,
    mbPerS: line.mbPerS,
    samples: demand.samples + 1,
    sums,
    excessMb: Math.max(0, aboveMb, demand.excessMb * KEEP),
    longestS: Math.max(demand.longestS, seconds),
    assumed: demand.assumed,
  };
}

/** What is kept on disk; the excess is part of the base so that nothing is forgotten. */
export function lineOf(demand: Demand): DemandLine {
  const baseMb = demand.baseMb + demand.excessMb;
  return { baseMb, mbPerS: demand.mbPerS, samples: demand.samples };
}

/** Until there are enough measurements of differing length the line stays and only the excess rises. */
function refit(sums: Sums, old: Demand): { readonly baseMb: number; readonly mbPerS: number } {
  const spread = sums.n * sums.xx - sums.x * sums.x;
  if (sums.n < ENOUGH || spread < ENOUGH_VARIANCE_S2 * sums.n * sums.n) return old;
  const mbPerS = Math.max(0, (sums.n * sums.xy - sums.x * sums.y) / spread);
  return { baseMb: Math.max(0, (sums.y - mbPerS * sums.x) / sums.n), mbPerS };
}
