import { describe, expect, it } from 'vitest';
import { mean, quantile, slope, wordsPerMinute } from '../../ts/store/statistics.js';

describe('statistics', () => {
  it('of nothing are zero', () => {
    expect([mean([]), quantile([], 0.5), slope([]), wordsPerMinute(3, 0)]).toEqual([0, 0, 0, 0]);
    expect(
      slope([
        [1, 5],
        [1, 9],
      ]),
    ).toBe(0);
  });

  it('interpolate quantiles between ranks and do not need sorted values', () => {
    expect(quantile([4, 1, 3, 2], 0.5)).toBe(2.5);
    expect(quantile([10, 20], 0.95)).toBeCloseTo(19.5);
    expect(quantile([7], 0.95)).toBe(7);
  });

  it('find the slope of a line', () => {
    expect(
      slope([
        [0, 1],
        [1, 3],
        [2, 5],
      ]),
    ).toBeCloseTo(2);
  });
});
