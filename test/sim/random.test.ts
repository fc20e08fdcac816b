import fc from 'fast-check';
import { expect, it } from 'vitest';
import { findBreaches } from './find-breaches.js';
import { play } from './play.js';
import { randomTimeline } from './random-timelines.js';

it('keeps every promise in any life of a machine', () => {
  fc.assert(
    fc.property(randomTimeline, ({ world, events, expected }) => {
      expect(findBreaches(play(world, events), expected)).toEqual([]);
    }),
    { numRuns: 200, seed: 20_240_501 },
  );
});
