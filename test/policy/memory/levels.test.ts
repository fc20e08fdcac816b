import { describe, expect, test } from 'vitest';
import { levelOf, stepPressure, thresholdsFor } from '../../../ts/policy/memory/levels.js';
import { type Figures, readSample } from '../../../ts/policy/state/signal.js';
import type { Pressure } from '../../../ts/policy/state/state.js';

const limits = thresholdsFor(4295, null);
const calm: Pressure = { level: 'normal', rising: null, easingSinceS: null };

function figuresAt(atS: number, usedMb: number, before: Figures | null = null): Figures {
  const driverFreeMb = 4295 - usedMb;
  return readSample({ totalMb: 4295, driverFreeMb, own: null, source: 'simulated' }, atS, before);
}

function run(steps: readonly (readonly [number, number])[], from: Pressure = calm): string[] {
  let pressure = from;
  let before: Figures | null = null;
  return steps.map(([atS, usedMb]) => {
    before = figuresAt(atS, usedMb, before);
    pressure = stepPressure(pressure, before, limits, 30);
    return pressure.level;
  });
}

describe('thresholds', () => {
  test('of a 4 GB card are fixed, of others parts of the total, unless they are given', () => {
    expect(thresholdsFor(4000, null).criticalMb).toBe(3500);
    expect(thresholdsFor(8000, null)).toEqual({
      warningMb: 6400,
      criticalMb: 7000,
      guardMb: 7400,
      emergencyMb: 7600,
    });
    const given = { warningMb: 1, criticalMb: 2, guardMb: 3, emergencyMb: 4 };
    expect(thresholdsFor(4000, given)).toBe(given);
  });

  test('belong to the level that they open', () => {
    const levels = [3199, 3200, 3500, 3700, 3800].map((usedMb) => levelOf(usedMb, limits));
    expect(levels).toEqual(['normal', 'warning', 'critical', 'critical', 'emergency']);
  });
});

describe('a level', () => {
  test('is entered by the second sample', () => {
    expect(
      run([
        [0, 3300],
        [10, 3300],
      ]),
    ).toEqual(['normal', 'warning']);
  });

  test('is entered at once where our allocator was refused memory: a warning, whatever one sample shows', () => {
    const refused = (usedMb: number) => ({ ...figuresAt(10, usedMb), wasFull: true });
    const levels = [2000, 3300, 3600, 3900].map(
      (usedMb) => stepPressure(calm, refused(usedMb), limits, 30).level,
    );
    expect(levels).toEqual(['warning', 'warning', 'critical', 'emergency']);
  });

  test('is not entered by one outlier', () => {
    expect(
      run([
        [0, 3900],
        [10, 600],
        [20, 3900],
        [30, 600],
      ]),
    ).toEqual(Array(4).fill('normal'));
  });

  test('is entered as high as both samples show', () => {
    expect(
      run([
        [0, 3300],
        [10, 3900],
        [20, 3900],
      ]),
    ).toEqual(['normal', 'warning', 'emergency']);
    expect(
      run([
        [0, 3900],
        [10, 3300],
      ]),
    ).toEqual(['normal', 'warning']);
  });

  test('is entered early when others fill the card steadily', () => {
    expect(
      run([
        [0, 2000],
        [1, 2500],
        [2, 3000],
      ]),
    ).toEqual(['normal', 'normal', 'critical']);
  });

  test('is left after 30 s below the level beneath', () => {
    const critical: Pressure = { level: 'critical', rising: null, easingSinceS: null };
    expect(
      run(
        [
          [0, 3100],
          [29, 3100],
          [31, 3100],
        ],
        critical,
      ),
    ).toEqual(['critical', 'critical', 'normal']);
    expect(
      run(
        [
          [0, 3300],
          [100, 3300],
        ],
        critical,
      ),
    ).toEqual(['critical', 'critical']);
    expect(
      run(
        [
          [0, 3100],
          [20, 3300],
          [31, 3100],
        ],
        critical,
      ),
    ).toEqual(Array(3).fill('critical'));
  });

  test('emergency eases into the level that is left', () => {
    const emergency: Pressure = { level: 'emergency', rising: null, easingSinceS: null };
    expect(
      run(
        [
          [0, 3400],
          [31, 3400],
        ],
        emergency,
      ),
    ).toEqual(['emergency', 'warning']);
  });
});
