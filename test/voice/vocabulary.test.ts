import { expect, it } from 'vitest';
import { readVocabulary } from '../../ts/voice/vocabulary.js';

it('a vocabulary has a word or phrase a line', () => {
  const text = '# names\n\nZorvani\r\n  Van   der Meer \nZorvani\nÀ la carte\n';
  expect(readVocabulary('v.txt', text)).toEqual({
    words: ['Zorvani', 'Van der Meer', 'À la carte'],
    notes: [],
  });
});

it('a wrong line is named, and the others count', () => {
  const { words, notes } = readVocabulary('v.txt', `ok\n***\nroute 66\n${'x'.repeat(61)}\nfine`);
  expect(words).toEqual(['ok', 'fine']);
  expect(notes).toEqual([
    'v.txt:2: no letter in it: write it as it is said',
    'v.txt:3: numbers are heard as words (nineteen, not 19)',
    'v.txt:4: longer than 60 characters',
  ]);
});

it('of too many the first 500 are used', () => {
  const letter = (at: number) => String.fromCharCode(97 + at);
  const words = Array.from({ length: 676 }, (_, at) => `w${letter(at / 26)}${letter(at % 26)}`);
  const read = readVocabulary('v.txt', words.join('\n'));
  expect(read.words).toHaveLength(500);
  expect(read.notes).toEqual(['v.txt:501: only the first 500 words are used']);
});
