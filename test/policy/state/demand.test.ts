import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learnNeed, lineOf, needFor, startDemand } from '../../../ts/policy/state/demand.js';

const fresh = startDemand({ needBaseMb: 60, needMbPerS: 4 });

describe('the need of a request', () => {
  test('is the configured line before anything was measured', () => {
    expect(needFor(fresh, 10)).toBe(100);
  });

  test('is learned from peaks', () => {
    let demand = fresh;
    for (let i = 0; i < 60; i++) {
      const seconds = 2 + (i % 39);
      demand = learnNeed(demand, seconds, 20 + 2 * seconds);
    }
    expect(demand.mbPerS).toBeCloseTo(2, 3);
    expect(needFor(demand, 10)).toBeCloseTo(40, 3);
  });

  test('stays the assumed one beyond the longest piece measured', () => {
    let demand = fresh;
    for (let i = 0; i < 60; i++) demand = learnNeed(demand, 2 + (i % 4), 5);
    expect(needFor(demand, 5)).toBeLessThan(10);
    expect(needFor(demand, 40)).toBeGreaterThanOrEqual(220);
  });

  test('rises at once above the line', () => {
    const demand = learnNeed(fresh, 10, 400);
    expect(needFor(demand, 10)).toBeGreaterThanOrEqual(400);
    expect(lineOf(demand)).toEqual({ baseMb: 360, mbPerS: 4, samples: 1 });
  });

  test('is never below the peak just measured, whatever came before', () => {
    const peak = fc.tuple(
      fc.double({ min: 0.3, max: 40, noNaN: true }),
      fc.double({ min: 0, max: 900, noNaN: true }),
    );
    fc.assert(
      fc.property(fc.array(peak, { minLength: 1, maxLength: 80 }), (peaks) => {
        let demand = fresh;
        for (const [seconds, mb] of peaks) {
          demand = learnNeed(demand, seconds, mb);
          expect(needFor(demand, seconds)).toBeGreaterThanOrEqual(mb - 1e-6);
        }
      }),
    );
  });

  test('goes on from what was kept, and nonsense is ignored', () => {
    const kept = startDemand(
      { needBaseMb: 60, needMbPerS: 4 },
      { baseMb: 90, mbPerS: 5, samples: 300 },
    );
    expect(needFor(kept, 10)).toBe(140);
    expect(learnNeed(kept, 10, Number.NaN)).toBe(kept);
    expect(learnNeed(kept, 0, 10)).toBe(kept);
  });
});
