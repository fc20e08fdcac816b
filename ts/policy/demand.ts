import type { DemandLine } from '../domain/events.js';
import type { PolicySettings } from '../domain/policy-settings.js';

/** Running sums of a least-squares line through measured peaks, and how far the worst peak lay above it. */
export interface Demand {
  readonly baseMb: number;
  readonly mbPerS: number;
  readonly samples: number;
  readonly sumX: number;
  readonly sumY: number;
  readonly sumXX: number;
  readonly sumXY: number;
  readonly excessMb: number;
}

/** Measurements below this count do not move the line downwards. */
const ENOUGH = 8;
/** Older measurements fade, so that a new driver is learned within about this many. */
const MEMORY = 200;
/** The worst residual fades by this factor per measurement. */
const EXCESS_FADE = 0.995;

/** The configured line, before anything was measured. */
export function startDemand(
  settings: Pick<PolicySettings, 'needBaseMb' | 'needMbPerS'>,
  kept: DemandLine | null = null,
): Demand {
  const line = kept ?? { baseMb: settings.needBaseMb, mbPerS: settings.needMbPerS, samples: 0 };
  return {
    baseMb: line.baseMb,
    mbPerS: line.mbPerS,
    samples: line.samples,
    sumX: 0,
    sumY: 0,
    sumXX: 0,
    sumXY: 0,
    excessMb: 0,
  };
}

/** Peak that a piece of this length will need, in MB; never below what was measured above the line. */
export function needFor(demand: Demand, seconds: number): number {
  return Math.max(0, demand.baseMb + demand.mbPerS * seconds + demand.excessMb);
}

/** Learns one measured peak. O(1); the sums fade so that they stay bounded. */
export function learnNeed(demand: Demand, seconds: number, needMb: number): Demand {
  if (!Number.isFinite(needMb) || needMb < 0 || seconds <= 0) return demand;
  const keep = 1 - 1 / MEMORY;
  const sums = {
    samples: demand.samples + 1,
    sumX: demand.sumX * keep + seconds,
    sumY: demand.sumY * keep + needMb,
    sumXX: demand.sumXX * keep + seconds * seconds,
    sumXY: demand.sumXY * keep + seconds * needMb,
  };
  const line = fitLine(sums, weight(demand, keep), demand);
  const above = needMb - (line.baseMb + line.mbPerS * seconds);
  return { ...sums, ...line, excessMb: Math.max(0, above, demand.excessMb * EXCESS_FADE) };
}

/** What is kept on disk; the excess is part of the base so that nothing is forgotten. */
export function lineOf(demand: Demand): DemandLine {
  return {
    baseMb: demand.baseMb + demand.excessMb,
    mbPerS: demand.mbPerS,
    samples: demand.samples,
  };
}

interface Sums {
  readonly samples: number;
  readonly sumX: number;
  readonly sumY: number;
  readonly sumXX: number;
  readonly sumXY: number;
}

/** Total weight of the faded measurements: the geometric series of `keep`. */
function weight(demand: Demand, keep: number): number {
  const n = Math.min(demand.samples + 1, MEMORY * 10);
  return (1 - keep ** n) / (1 - keep);
}

/** Until there are enough measurements of differing length the line stays and only the excess rises. */
function fitLine(sums: Sums, n: number, old: Demand): { baseMb: number; mbPerS: number } {
  const spread = n * sums.sumXX - sums.sumX * sums.sumX;
  if (sums.samples < ENOUGH || spread < 0.25 * n * n) {
    return { baseMb: old.baseMb, mbPerS: old.mbPerS };
  }
  const mbPerS = Math.max(0, (n * sums.sumXY - sums.sumX * sums.sumY) / spread);
  return { baseMb: Math.max(0, (sums.sumY - mbPerS * sums.sumX) / n), mbPerS };
}
