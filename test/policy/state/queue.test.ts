import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  dequeue,
  EMPTY_QUEUE,
  enqueue,
  firstOf,
  itemsAfter,
  itemsOf,
  removeFrom,
} from '../../../ts/policy/state/queue.js';

const step = fc.oneof(
  { weight: 5, arbitrary: fc.constant('add' as const) },
  { weight: 2, arbitrary: fc.constant('take' as const) },
  { weight: 1, arbitrary: fc.nat(300) },
);

describe('utterances that wait', () => {
  test('behave like a list', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 400 }), (steps) => {
        let queue = EMPTY_QUEUE;
        let model: number[] = [];
        let next = 0;
        for (const one of steps) {
          if (one === 'add') {
            next += 1;
            queue = enqueue(queue, { utterance: next, seconds: 1 });
            model.push(next);
          } else if (one === 'take') {
            expect(firstOf(queue)?.utterance).toBe(model[0]);
            queue = dequeue(queue);
            model = model.slice(1);
          } else {
            queue = removeFrom(queue, one);
            model = model.filter((id) => id !== one);
            expect(itemsAfter(queue, one).map(({ utterance }) => utterance)).toEqual(
              model.filter((id) => id > one),
            );
          }
          expect(queue.length).toBe(model.length);
        }
        expect(itemsOf(queue).map(({ utterance }) => utterance)).toEqual(model);
      }),
    );
  });

  test('are sorted in where one comes late', () => {
    let queue = EMPTY_QUEUE;
    for (const utterance of [1, 3, 4, 2]) queue = enqueue(queue, { utterance, seconds: 1 });
    expect(itemsOf(queue).map(({ utterance }) => utterance)).toEqual([1, 2, 3, 4]);
  });

  test('cost the same, many or few', () => {
    let queue = EMPTY_QUEUE;
    for (let utterance = 1; utterance <= 50_000; utterance++) {
      queue = enqueue(queue, { utterance, seconds: 1 });
    }
    let taken = 0;
    while (firstOf(queue) !== undefined) {
      queue = dequeue(queue);
      taken += 1;
    }
    expect(taken).toBe(50_000);
  });
});
