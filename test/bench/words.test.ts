import { describe, expect, it } from 'vitest';
import { quantile } from '../../bench/report/statistics.js';
import { compareTexts } from '../../bench/soak/words.js';
import { wordErrors, wordsOf } from '../../bench/speech/word-errors.js';

describe('word errors', () => {
  it.each([
    ['the quick brown fox', 'the quick brown fox', 0],
    ['the quick brown fox', 'The quick, brown box!', 1],
    ['the quick brown fox', 'the brown fox', 1],
    ['the quick brown fox', 'the very quick brown fox', 1],
    ['the quick brown fox', '', 4],
    ['', 'something', 1],
  ])('%j typed as %j: %i', (said, typed, errors) => {
    expect(wordErrors(wordsOf(said), wordsOf(typed))).toBe(errors);
  });
});

describe('comparing long texts', () => {
  const loop = 'the quick brown fox jumps over the lazy dog and runs away ';

  it('finds nothing between equal texts', () => {
    expect(compareTexts(loop.repeat(3), loop.repeat(3))).toMatchObject({ lost: 0, added: 0 });
  });

  it('counts what is missing and what is there twice', () => {
    const sentence = 'a sentence of its own was spoken here ';
    expect(compareTexts(loop + sentence + loop, loop + loop)).toMatchObject({ lost: 8, added: 0 });
    expect(compareTexts(loop + loop, loop + sentence + loop)).toMatchObject({ lost: 0, added: 8 });
  });

  it('counts a missing end', () => {
    expect(compareTexts(`${loop}good bye`, loop)).toMatchObject({ lost: 2, added: 0 });
  });
});

describe('figures', () => {
  it('finds quantiles between values', () => {
    expect(quantile([3, 1, 2], 0.5)).toBe(2);
    expect(quantile([1, 2], 0.5)).toBe(1.5);
  });

  it('finds none where nothing was measured', () => {
    expect(quantile([], 0.5)).toBeNaN();
  });
});
