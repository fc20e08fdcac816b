import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ClockQueue } from '../../ts/sim/clock-queue.js';

it('gives the earliest first, equal times in the order in which they came', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (times) => {
      const queue = new ClockQueue<number>();
      times.forEach((atS, index) => {
        queue.push(atS, index);
      });
      const expected = times.map((_, index) => index);
      expected.sort((a, b) => (times[a] ?? 0) - (times[b] ?? 0) || a - b);
      expect(times.map(() => queue.pop())).toEqual(expected);
    }),
  );
});

it('is empty at the end of time', () => {
  const queue = new ClockQueue<string>();
  expect(queue.earliestS()).toBe(Number.POSITIVE_INFINITY);
  expect(queue.pop()).toBeUndefined();
  queue.push(3, 'a');
  expect(queue.earliestS()).toBe(3);
});
