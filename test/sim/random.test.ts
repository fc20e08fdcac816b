import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findBreaches } from './find-breaches.js';
import { play } from './play.js';
import { randomTimeline } from './random-timelines.js';

it('keeps every promise in any life of a machine', () => {
  fc.assert(
    fc.property(randomTimeline, ({ world, events }) => {
      const movedByHand = events.some((event) => 'migrate' in event);
      expect(findBreaches(play(world, events), { movedByHand })).toEqual([]);
    }),
    { numRuns: 200 },
  );
});
