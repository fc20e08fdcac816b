import { describe, expect, test } from 'vitest';
import { drivenAway, hasDwelled, keepsDistance } from '../../../ts/policy/memory/hysteresis.js';
import { watchLeak } from '../../../ts/policy/memory/leak.js';
import { allowanceFor, isDue, waitAfter } from '../../../ts/policy/state/deadlines.js';
import { DEFAULT_SETTINGS } from '../../../ts/policy/state/settings.js';
import { readSample } from '../../../ts/policy/state/signal.js';
import { initialState, type Leak, type Placement } from '../../../ts/policy/state/state.js';

describe('deadlines', () => {
  test('on the card are audio x 3 + 2 s, on the CPU more patient', () => {
    expect(allowanceFor('gpu', 4, DEFAULT_SETTINGS)).toBe(14);
    expect(allowanceFor('cpu', 4, DEFAULT_SETTINGS)).toBe(60);
  });

  test('come at their time, rounding included', () => {
    expect(isDue(0.1 + 0.2, 0.3)).toBe(true);
    expect(isDue(0.31, 0.3)).toBe(false);
  });

  test('of a schedule repeat the last one', () => {
    expect([0, 1, 2, 9].map((failures) => waitAfter([1, 5, 60], failures))).toEqual([1, 5, 60, 60]);
  });
});

describe('hysteresis', () => {
  const home: Placement = { ...initialState(DEFAULT_SETTINGS).stt, device: 'cuda' };

  test('the dwell doubles with each return that failed within 10 minutes, up to 30 minutes', () => {
    let placement = drivenAway(home, 1000, DEFAULT_SETTINGS);
    const dwells = [placement.dwellS];
    for (let i = 0; i < 6; i++) {
      placement = drivenAway(
        { ...placement, device: 'cuda', returnedS: 2000 },
        2100,
        DEFAULT_SETTINGS,
      );
      dwells.push(placement.dwellS);
    }
    expect(dwells).toEqual([60, 120, 240, 480, 960, 1800, 1800]);
  });

  test('a return that lasted starts over', () => {
    const away = drivenAway({ ...home, dwellS: 960, returnedS: 2000 }, 2700, DEFAULT_SETTINGS);
    expect(away.dwellS).toBe(60);
  });

  test('distance and dwell count from the last move', () => {
    const away = { ...drivenAway(home, 1000, DEFAULT_SETTINGS), dwellS: 120 };
    expect([keepsDistance(away, 1059), keepsDistance(away, 1060)]).toEqual([false, true]);
    expect([hasDwelled(away, 1119), hasDwelled(away, 1120)]).toEqual([false, true]);
    expect([keepsDistance(home, 0), hasDwelled(home, 0)]).toEqual([true, true]);
  });
});

describe('a leak', () => {
  function observe(actives: readonly number[]): Leak | null {
    let leak: Leak | null = null;
    actives.forEach((activeMb, atS) => {
      const own = {
        contextMb: 300,
        allocatedMb: activeMb,
        activeMb,
        reservedMb: activeMb,
        inactiveSplitMb: 0,
        largestFreeMb: 0,
        allocRetries: 0,
        peakMb: activeMb,
      };
      const card = { totalMb: 4295, driverFreeMb: 1000, own, source: 'worker' } as const;
      leak = watchLeak(leak, 1, readSample(card, atS, null));
    });
    return leak;
  }

  test('is a steady rise far above the first figure', () => {
    expect(observe([1766, 1800, 1840, 1880, 1910, 1930])?.suspected).toBe(true);
  });

  test('is not one step, nor a small rise, nor a rise that ends in a fall', () => {
    expect(observe([1766, 1990, 1990, 1990, 1990, 1990, 1990])?.suspected).toBe(false);
    expect(observe([1766, 1770, 1775, 1780, 1785, 1790, 1800])?.suspected).toBe(false);
    expect(observe([1766, 1800, 1840, 1880, 1910, 1930, 1766])?.suspected).toBe(false);
  });

  test('starts over with another process', () => {
    const card = { totalMb: 4295, driverFreeMb: 1000, own: null, source: 'nvidia-smi' } as const;
    expect(watchLeak(null, 1, readSample(card, 0, null))).toBeNull();
  });
});
