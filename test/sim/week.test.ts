import { describe, expect, it } from 'vitest';
import { findBreaches } from './find-breaches.js';
import { play } from './play.js';
import { livelyWeek, quietWeek } from './week.js';

describe('a week of one utterance per 10 s', () => {
  it('is quiet: nothing moves', () => {
    const played = play({}, quietWeek());
    const expected = { nothingMoves: true, gpuShareAtLeast: 0.99, gpuOomAtMost: 0 };
    expect(findBreaches(played, expected)).toEqual([]);
    expect(played.summary.utterances).toBe(60_479);
  });

  it.each([1, 2])('is lively (seed %i): every word is there', (seed) => {
    expect(findBreaches(play({}, livelyWeek(seed)), { gpuShareAtLeast: 0.4 })).toEqual([]);
  });
});
