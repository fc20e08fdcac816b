import { expect, test } from 'vitest';
import { cutsAtRests, speechSeconds, voicedWithin } from '../../ts/speech/voiced.js';

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

test('cuts lie in rests, and no part has next to no speech', () => {
  expect(cutsAtRests([voiced(0, 2), voiced(2.2, 4), voiced(5, 5.1), voiced(5.4, 8)])).toEqual([
    2.1, 4.5,
  ]);
  expect(cutsAtRests([voiced(0, 5)])).toEqual([]);
  expect(cutsAtRests([])).toEqual([]);
  expect(cutsAtRests([voiced(0, 0.2), voiced(1, 1.4)])).toEqual([]);
});
