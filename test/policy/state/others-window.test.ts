import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  coversSpan,
  EMPTY_WINDOW,
  highestOthers,
  recordOthers,
} from '../../../ts/policy/state/others-window.js';

describe('the most that others held', () => {
  test('is remembered for at least the span, and not much longer', () => {
    let window = recordOthers(EMPTY_WINDOW, 0, 3000, 30);
    for (let atS = 1; atS <= 29; atS++) window = recordOthers(window, atS, 100, 30);
    expect(highestOthers(window)).toBe(3000);
    for (let atS = 30; atS <= 36; atS++) window = recordOthers(window, atS, 100, 30);
    expect(highestOthers(window)).toBe(100);
  });

  test('is forgotten after a gap, and the record starts anew', () => {
    const before = recordOthers(EMPTY_WINDOW, 0, 3000, 30);
    const after = recordOthers(before, 100, 50, 30);
    expect(highestOthers(after)).toBe(50);
    expect(coversSpan(after, 110, 30)).toBe(false);
    expect(coversSpan(after, 130, 30)).toBe(true);
  });

  test('bounds every figure of the span, in little space', () => {
    const figure = fc.record({
      waitS: fc.double({ min: 0, max: 8, noNaN: true }),
      mb: fc.nat(4000),
    });
    fc.assert(
      fc.property(fc.array(figure, { maxLength: 60 }), (figures) => {
        let window = EMPTY_WINDOW;
        let atS = 0;
        const seen: { atS: number; mb: number }[] = [];
        for (const { waitS, mb } of figures) {
          atS += waitS;
          seen.push({ atS, mb });
          window = recordOthers(window, atS, mb, 30);
          const recent = seen.filter((one) => one.atS > atS - 30).map((one) => one.mb);
          expect(highestOthers(window)).toBeGreaterThanOrEqual(Math.max(...recent));
          expect(window.maxima.length).toBeLessThanOrEqual(7);
        }
      }),
    );
  });
});
