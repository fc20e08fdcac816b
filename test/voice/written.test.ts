import { describe, expect, it } from 'vitest';
import { type ApplyOptions, applyCommands } from '../../ts/voice/apply.js';
import { RULE_ROWS } from '../../ts/voice/rules.js';

const write = (text: string, more: Partial<ApplyOptions> = {}) =>
  applyCommands(text, { mode: 'all', written: true, ...more }).text;

describe('a text with the signs and capitals of the engine', () => {
  it('stays as it was written', () => {
    for (const text of [
      'Good morning, Mrs. Miller.',
      'Is that so? Yes!',
      'It is a well-known "fact", he said.',
      "I don't know.",
    ]) {
      expect(write(text)).toBe(text);
    }
  });

  it.each([
    ['Hello, comma, world.', 'Hello, world.'],
    ['Hello comma world', 'Hello, world'],
    ['Hello. Comma. The world.', 'Hello, the world.'],
    ['Hello, world. Period.', 'Hello, world.'],
    ['Hello world period', 'Hello world.'],
    ['Is it true? Question mark.', 'Is it true?'],
    ['That is it, period, And now?', 'That is it. And now?'],
    ['he came period she went', 'he came. She went'],
    ['First, New line, second.', 'First\nsecond.'],
    ['Dear Anna comma new line thank you', 'Dear Anna,\nthank you'],
    ['Send it. Enter.', 'Send it.<KEY:Return>'],
    ['Twenty-five people, please.', '25 people, please.'],
    ['Open paren, maybe, close paren.', '(maybe).'],
    ['Say literally comma, please.', 'Say comma, please.'],
    ['The new. Line up.', 'The new. Line up.'],
    ['Comma', ','],
  ])('%j becomes %j', (said, typed) => {
    expect(write(said)).toBe(typed);
  });

  it('never doubles a spoken sign, however the engine writes around it', () => {
    const signs = RULE_ROWS.filter(
      ([, text, spacing]) => spacing === 'attach' && /^[.,?!;:]$/.test(text),
    );
    expect(signs.length).toBeGreaterThan(5);
    for (const [spoken, sign] of signs) {
      for (const before of ['', ',', '.', '?', ' ,']) {
        for (const behind of ['', ',', '.']) {
          const typed = write(`some thing${before} ${spoken}${behind} another`, {});
          expect(typed.replace(/another/i, 'another')).toBe(`some thing${sign} another`);
        }
      }
    }
  });

  it('keeps own words as they are written', () => {
    const replacements = new Map([['kubernetes', 'K8s']]);
    expect(write('We use Kubernetes, too.', { replacements })).toBe('We use K8s, too.');
  });

  it('has no commands where they are off', () => {
    expect(write('Hello, comma, world.', { mode: 'off' })).toBe('Hello, comma, world.');
  });
});

describe('a text of another language, without commands', () => {
  it.each([
    'Ça va ? Très bien !',
    "Est-ce que c'est « vrai » ?",
    'Ich wohne in der Heinrich-Heine-Straße 7, 3. Stock.',
    '¿Qué hora es? Son las 10:30.',
    '你好，世界。',
  ])('%j stays as it was written', (text) => {
    expect(write(text, { mode: 'off' })).toBe(text);
  });

  it('begins with a capital behind any sign that ends a sentence', () => {
    expect(write('ça va ?', { mode: 'off', before: 'Bonjour ! »' })).toBe('Ça va ?');
  });
});

describe('across utterances', () => {
  it.each([
    ['he went home.', null, 'He went home.'],
    ['he went home.', 'It was late.', 'He went home.'],
    ['The next day.', 'It was late,', 'the next day.'],
    ['The next day.', 'It was late', 'the next day.'],
    ['I went.', 'It was late', 'I went.'],
    ['Berlin.', 'We went to', 'Berlin.'],
    ['the first.', 'Dear Anna,\n', 'The first.'],
    ['the first.', 'Hello<KEY:Return>', 'The first.'],
  ])('%j behind %j is %j', (said, before, typed) => {
    expect(write(said, { before })).toBe(typed);
  });

  it('a sign that the engine wrote already is not typed again', () => {
    expect(write('Period.', { before: 'It was late.' })).toBe('');
    expect(write('Comma and then', { before: 'It was late,' })).toBe('and then');
    expect(write('Comma and then', { before: 'It was late' })).toBe(', and then');
  });
});
