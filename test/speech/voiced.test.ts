import { expect, test } from 'vitest';
import { longestRest, speechSeconds, splitVoiced, voicedWithin } from '../../ts/speech/voiced.js';

const at = (seconds: number) => seconds * 16_000;
const stretch = (fromS: number, toS: number) => ({ fromSample: at(fromS), toSample: at(toS) });
const voiced = (fromS: number, toS: number) => ({ fromS, toS });

test('only what lies in the audio counts, from its start on, and short rests do not', () => {
  const heard = [stretch(0, 1), stretch(2, 3), stretch(3.05, 4), stretch(5, 9)];
  expect(voicedWithin(heard, stretch(1, 6))).toEqual([voiced(1, 3), voiced(4, 5)]);
});

test('speech is counted from a second on', () => {
  const heard = [voiced(0, 1), voiced(2, 4)];
  expect([speechSeconds(heard), speechSeconds(heard, 3), speechSeconds(heard, 9)]).toEqual([
    3, 1, 0,
  ]);
});

test('the longest rest has enough speech on both sides', () => {
  const heard = [voiced(0, 2), voiced(2.2, 4), voiced(5, 5.1), voiced(5.5, 8)];
  expect(longestRest(heard)?.middleS).toBeCloseTo(4.5);
  expect(longestRest([voiced(0, 2), voiced(2.2, 4), voiced(5, 5.1)])?.middleS).toBeCloseTo(2.1);
  expect(longestRest([voiced(0, 5)])).toBeNull();
  expect(longestRest([])).toBeNull();
});

test('a short word is a part of its own behind a long rest only', () => {
  expect(longestRest([voiced(0, 1.3), voiced(1.9, 2.16)])?.seconds).toBeCloseTo(0.6);
  expect(longestRest([voiced(0, 1.3), voiced(1.5, 1.76)])).toBeNull();
  expect(longestRest([voiced(0, 1.3), voiced(1.9, 2.05)])).toBeNull();
});

test('both sides of a cut have their own seconds', () => {
  const [before, behind] = splitVoiced([voiced(0, 2), voiced(2.5, 4), voiced(5, 6)], 2.25);
  expect([before, behind]).toEqual([[voiced(0, 2)], [voiced(0.25, 1.75), voiced(2.75, 3.75)]]);
});
