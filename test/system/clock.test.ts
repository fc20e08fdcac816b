import { describe, expect, it } from 'vitest';
import { bootId, bootTimeS, epochS, monotonicS } from '../../ts/system/clock.js';
import { type ClockJump, watchClockJumps } from '../../ts/system/clock-jumps.js';

describe('clocks', () => {
  it('run forwards and agree on the unit', () => {
    const before = monotonicS();
    expect(monotonicS()).toBeGreaterThanOrEqual(before);
    expect(bootTimeS()).toBeGreaterThan(0);
    expect(epochS()).toBeGreaterThan(1.7e9);
    expect(bootId()).toMatch(/^[0-9a-f-]{36}$|^unknown$/);
  });
});

describe('watchClockJumps', () => {
  /** Drives the watch by three clocks that advance as told, until it reports or all steps are taken. */
  async function replay(steps: readonly (readonly [mono: number, boot: number, epoch: number])[]) {
    const jumps: ClockJump[] = [];
    let step = 0;
    const at = () => steps[Math.min(step, steps.length - 1)] ?? [0, 0, 0];
    const clocks = {
      monotonicS: () => at()[0],
      bootTimeS: () => at()[1],
      epochS: () => {
        const value = at()[2];
        step += 1;
        return value;
      },
    };
    const watch = watchClockJumps({ intervalMs: 1, clocks, onJump: (jump) => jumps.push(jump) });
    await expect.poll(() => step).toBeGreaterThan(steps.length);
    watch.close();
    return jumps;
  }

  it('sees a sleep', async () => {
    expect(
      await replay([
        [10, 10, 100],
        [11, 11, 101],
        [12, 72, 162],
      ]),
    ).toEqual([{ kind: 'slept', seconds: 60 }]);
  });

  it('tells a wall clock that was set from a sleep', async () => {
    expect(
      await replay([
        [10, 10, 100],
        [11, 11, 41],
        [12, 12, 42],
      ]),
    ).toEqual([{ kind: 'wall_clock_set', seconds: -60 }]);
  });

  it('is silent while all three agree, however long the program was stopped', async () => {
    expect(
      await replay([
        [10, 10, 100],
        [500, 500.01, 590.005],
      ]),
    ).toEqual([]);
  });
});
