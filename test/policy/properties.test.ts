import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { judgeEnd, watchRules } from './rules.js';
import { anyTimeline, anyWish, healAt } from './timelines.js';
import { World } from './world.js';

/** More by hand: RUNS=5000 npx vitest run test/policy/properties.test.ts */
const runs = Number(process.env.RUNS ?? 200);

describe('whatever happens', () => {
  test(
    'nothing is lost, and the card is used again when all is well',
    () => {
      fc.assert(
        fc.property(
          anyTimeline,
          fc.constantFrom(4295, 2147, 8589, 25770),
          fc.boolean(),
          (moments, totalMb, keepCpuWarm) => {
            const world = new World({ totalMb, settings: { keepCpuWarm } });
            const breaches = watchRules(world);
            world.play([...moments, ...healAt(610)], 4000);
            expect(breaches).toEqual([]);
            expect(judgeEnd(world)).toEqual([]);
            expect(world.state.waiting.length).toBe(0);
            expect(world.state.stt.device).toBe(totalMb > 3000 ? 'cuda' : 'cpu');
          },
        ),
        { numRuns: runs },
      );
    },
    Math.max(60_000, runs * 400),
  );

  test(
    'a person may move models about',
    () => {
      fc.assert(
        fc.property(anyTimeline, fc.array(anyWish, { maxLength: 8 }), (moments, wishes) => {
          const world = new World();
          const breaches = watchRules(world);
          world.play(
            [...moments, ...wishes, ...healAt(610)].sort((a, b) => a.atS - b.atS),
            4000,
          );
          expect(breaches).toEqual([]);
          expect(judgeEnd(world)).toEqual([]);
          expect(world.state.stt.device).toBe('cuda');
        }),
        { numRuns: runs },
      );
    },
    Math.max(60_000, runs * 400),
  );
});
