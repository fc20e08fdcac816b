import { expect, test } from 'vitest';
import { believed, coveredBy } from '../../../ts/daemon/utterances/believed.js';

const said = (...phrases: string[]) => ({
  text: phrases.join(' '),
  segments: phrases.map((text, at) => ({ start_s: at, end_s: at + 1, text })),
});

test.each<[string, string, string[], 'whole' | 'parts']>([
  ['says the same', 'new line good morning', ['new line', 'good morning'], 'whole'],
  ['is read better', 'the knight rode on', ['the night', 'rode on'], 'whole'],
  ['lacks the last phrase', 'good morning everyone', ['good morning everyone', 'comma'], 'parts'],
  [
    'lacks the first of two that are alike',
    'hello comma you',
    ['comma', 'hello comma you'],
    'parts',
  ],
  ['reads two phrases as another one', 'the card is full now', ['new line', 'open it'], 'parts'],
  ['has less than what was said', 'one', ['one two three'], 'parts'],
  ['has more words than its parts', 'that is it', ['that', 'it'], 'whole'],
  ['has no words', '', ['yes'], 'parts'],
  ['has words where its parts have none', 'yes', ['', ''], 'whole'],
  ['has less than nobody can say', 'yes', ['unk '.repeat(99)], 'whole'],
])('a text of the whole that %s', (_, whole, phrases, wanted) => {
  const first = said(whole);
  const second = said(...phrases);
  expect(believed(first, second, 4)).toBe(wanted === 'whole' ? first : second);
});

test.each<[boolean, number | null, number | null, number | null]>([
  [true, 2, 6, 6],
  [true, 6, 4, 6],
  [false, 6, 4, 4],
  [true, null, 6, null],
  [false, null, 6, 6],
  [true, 6, null, null],
])('a whole that is believed (%s), heard up to %s, and its parts up to %s: %s', (...row) => {
  const [isWhole, wholeS, partsS, wanted] = row;
  expect(coveredBy(isWhole, wholeS, partsS)).toBe(wanted);
});
