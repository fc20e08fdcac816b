import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { thresholdsFor } from '../../../ts/policy/memory/levels.js';
import { learnNeed, needFor, startDemand } from '../../../ts/policy/state/demand.js';

const pairs = z.array(z.tuple([z.number(), z.number()]));
const CASES = z
  .object({
    demand: z.array(z.object({ name: z.string(), measured: pairs, needs: pairs })),
    guard: z.array(z.object({ total_mb: z.number(), guard_mb: z.number() })),
  })
  .parse(
    JSON.parse(readFileSync(new URL('../../fixtures/demand/cases.json', import.meta.url), 'utf8')),
  );

// The server lets in by the same figures: test/worker/test_serving.py.
describe('what a request needs, and where the guard stands', () => {
  it.each(CASES.demand)('$name', ({ measured, needs }) => {
    const demand = measured.reduce(
      (known, [seconds, peakMb]) => learnNeed(known, seconds, peakMb),
      startDemand({ needBaseMb: 60, needMbPerS: 4 }),
    );
    for (const [seconds, needMb] of needs) expect(needFor(demand, seconds)).toBeCloseTo(needMb, 2);
  });

  it.each(CASES.guard)('on a card of $total_mb MB', ({ total_mb, guard_mb }) => {
    expect(thresholdsFor(total_mb, null).guardMb).toBeCloseTo(guard_mb, 6);
  });
});
