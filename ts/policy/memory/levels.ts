import { PRESSURE_LEVELS, type PressureLevel } from '../../domain/memory.js';
import type { LevelThresholds } from '../../domain/policy-settings.js';
import { PROJECTION_S } from '../state/settings.js';
import type { Figures } from '../state/signal.js';
import type { Pressure } from '../state/state.js';

/** The absolute levels hold for cards of about 4 GB, for others they are parts of the total. */
const FOUR_GB = { fromMb: 3900, toMb: 4400 } as const;
const FOUR_GB_LEVELS: LevelThresholds = {
  warningMb: 3200,
  criticalMb: 3500,
  guardMb: 3700,
  emergencyMb: 3800,
};

/** Thresholds of a card of this size, in MB. */
export function thresholdsFor(totalMb: number, fixed: LevelThresholds | null): LevelThresholds {
  if (fixed !== null) return fixed;
  if (totalMb >= FOUR_GB.fromMb && totalMb <= FOUR_GB.toMb) return FOUR_GB_LEVELS;
  return {
    warningMb: 0.8 * totalMb,
    criticalMb: 0.875 * totalMb,
    guardMb: 0.925 * totalMb,
    emergencyMb: 0.95 * totalMb,
  };
}

/** The level that a figure alone would mean. @forTests */
export function levelOf(usedMb: number, thresholds: LevelThresholds): PressureLevel {
  if (usedMb >= thresholds.emergencyMb) return 'emergency';
  if (usedMb >= thresholds.criticalMb) return 'critical';
  if (usedMb >= thresholds.warningMb) return 'warning';
  return 'normal';
}

/** Orders levels: positive when `a` is the higher one. */
export function compareLevels(a: PressureLevel, b: PressureLevel): number {
  return PRESSURE_LEVELS.indexOf(a) - PRESSURE_LEVELS.indexOf(b);
}

/** Used memory in a second, if other programs go on filling the card. */
export function projectedMb(figures: Figures): number {
  return figures.usedMb + figures.steadyFillMbPerS * PROJECTION_S;
}

/**
 * One sample's effect. A higher level is entered by the second sample that shows it, at once where our allocator was
 * refused memory meanwhile (that is a warning whatever the sample shows), or by a projected breach; a level is left after `relaxS` below the threshold of the level beneath.
 */
export function stepPressure(
  pressure: Pressure,
  figures: Figures,
  thresholds: LevelThresholds,
  relaxS: number,
): Pressure {
  const shown = levelShown(figures, thresholds);
  const projected = levelOf(projectedMb(figures), thresholds);
  if (compareLevels(projected, shown) > 0 && compareLevels(projected, pressure.level) > 0) {
    return { level: projected, rising: null, easingSinceS: null };
  }
  if (compareLevels(shown, pressure.level) > 0) {
    if (figures.wasFull) return { level: shown, rising: null, easingSinceS: null };
    return rise(pressure, shown);
  }
  return ease({ ...pressure, rising: null }, figures, thresholds, relaxS);
}

function levelShown({ usedMb, wasFull }: Figures, thresholds: LevelThresholds): PressureLevel {
  const level = levelOf(usedMb, thresholds);
  return wasFull && level === 'normal' ? 'warning' : level;
}

function rise(pressure: Pressure, shown: PressureLevel): Pressure {
  if (pressure.rising === null) return { ...pressure, rising: shown, easingSinceS: null };
  const level = compareLevels(pressure.rising, shown) < 0 ? pressure.rising : shown;
  const rising = level === shown ? null : shown;
  return { level, rising, easingSinceS: null };
}

function ease(
  pressure: Pressure,
  figures: Figures,
  thresholds: LevelThresholds,
  relaxS: number,
): Pressure {
  if (pressure.level === 'normal') return pressure;
  if (figures.usedMb >= beneath(pressure.level, thresholds)) {
    return pressure.easingSinceS === null ? pressure : { ...pressure, easingSinceS: null };
  }
  const sinceS = pressure.easingSinceS ?? figures.atS;
  if (figures.atS - sinceS < relaxS) return { ...pressure, easingSinceS: sinceS };
  return { level: levelOf(figures.usedMb, thresholds), rising: null, easingSinceS: null };
}

/** Used memory below which a level may be left: the threshold of the level beneath it. */
function beneath(level: PressureLevel, thresholds: LevelThresholds): number {
  switch (level) {
    case 'normal':
    case 'warning':
      return thresholds.warningMb;
    case 'critical':
      return thresholds.warningMb;
    case 'emergency':
      return thresholds.criticalMb;
    default:
      return level satisfies never;
  }
}
