import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ApplyOptions, applyCommands } from '../../ts/voice/apply.js';
import { mayBecomeMore } from '../../ts/voice/beginnings.js';
import { forTyping, renderMarkers } from '../../ts/voice/keys.js';
import { RULE_ROWS } from '../../ts/voice/rules.js';
import { textBehind } from '../../ts/voice/text-behind.js';

const ALL: ApplyOptions = { mode: 'all' };
const OWN: ApplyOptions = { mode: 'all', replacements: new Map([['swick tation', 'Swictation']]) };

/** As the daemon types two texts of one sentence: the first without a space behind it, the second going on. */
function inParts(first: string, second: string, options: ApplyOptions): string {
  const one = applyCommands(first, { ...options, open: true });
  const two = applyCommands(second, { ...options, behind: one.joint });
  return renderMarkers([...forTyping(one, true), ...forTyping(two)]);
}

function asOne(first: string, second: string, options: ApplyOptions): string {
  return renderMarkers(forTyping(applyCommands(`${first} ${second}`, options)));
}

describe('a text in two parts', () => {
  const spoken = RULE_ROWS.map(([form]) => form);
  const words = fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom(...spoken) },
    { weight: 1, arbitrary: fc.constantFrom('hello', 'world', 'the', 'house', 'literally') },
  );

  it('is typed as if it were one, wherever it may be cut', () => {
    const texts = fc.array(words, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(' '));
    fc.assert(
      fc.property(texts, texts, (first, second) => {
        fc.pre(!mayBecomeMore(first, ALL));
        expect(inParts(first, second, ALL)).toBe(asOne(first, second, ALL));
      }),
      { numRuns: 3_000 },
    );
  });

  it.each([
    ['hello', 'comma world', 'hello, world '],
    ['open paren', 'x close paren', '(x) '],
    ['double quote hello', 'double quote there', '"hello"there '],
    ['hello', 'control c', 'hello<KEY:ctrl-c>'],
  ])('%j and %j', (first, second, typed) => {
    expect(inParts(first, second, ALL)).toBe(typed);
  });

  it('with the signs of an engine has its stop only where nothing follows', () => {
    const written: ApplyOptions = { mode: 'all', written: true };
    const one = applyCommands('Hello there.', { ...written, before: null, open: true });
    expect(renderMarkers(forTyping(one, true))).toBe('Hello there');
    expect(one.heldBack).toBe('.');
    const on = { ...written, before: 'Hello there', behind: one.joint };
    expect(renderMarkers(forTyping(applyCommands('And so on.', on)))).toBe(' and so on. ');
    expect(renderMarkers(forTyping(applyCommands('period', on)))).toBe('. ');
  });
});

describe('the beginning of more', () => {
  it('is each command of several words, cut anywhere', () => {
    const long = RULE_ROWS.map(([form]) => form.split(' ')).filter(({ length }) => length > 1);
    expect(long.length).toBeGreaterThan(100);
    for (const form of long) {
      for (let count = 1; count < form.length; count += 1) {
        expect(mayBecomeMore(`we say ${form.slice(0, count).join(' ')}`, ALL), form.join(' ')).toBe(
          true,
        );
      }
    }
  });

  it.each([
    ['number', 'it costs twenty', true],
    ['escape', 'we say literally', true],
    ['scratch', 'scratch', true],
    ['scratch that', 'scratch that', true],
    ['sign of an engine', 'Twenty.', true],
    ['plain words', 'we went to the house', false],
    ['a whole command', 'hello comma', false],
    ['nothing', '', false],
  ])('%s: %j is %s', (_, text, more) => {
    expect(mayBecomeMore(text, ALL)).toBe(more);
  });

  it('knows own words, and nothing where there are no commands', () => {
    expect(mayBecomeMore('we use swick', OWN)).toBe(true);
    expect(mayBecomeMore('we use swick', ALL)).toBe(false);
    expect(mayBecomeMore('it costs twenty', { mode: 'off' })).toBe(false);
  });
});

describe('what is new behind known words', () => {
  it.each([
    ['the cat sat', 'The cat sat on the mat.', 'on the mat.'],
    ['the cat sad', 'the cat sat on the mat', 'on the mat'],
    ['the rain be', 'the rain became too heavy', 'became too heavy'],
    ['one two', 'one, two', ''],
    ['', 'all of it', 'all of it'],
    ['it is it is', 'it is it is it is', 'it is'],
  ])('%j in %j is %j', (known, heard, behind) => {
    expect(textBehind(known, heard).text).toBe(behind);
  });

  it('says how far the known words differ', () => {
    expect(textBehind('the cat sat', 'the cat sat down').difference).toBe(0);
    expect(textBehind('the cat sat', 'good morning everybody').difference).toBeGreaterThan(0.5);
  });

  it('neither loses nor doubles a word that follows what was heard the same', () => {
    const texts = fc.array(fc.constantFrom('a', 'the', 'cat', 'sat', 'on', 'mat', 'and'), {
      maxLength: 12,
    });
    fc.assert(
      fc.property(texts, texts, (known, more) => {
        const behind = textBehind(known.join(' '), [...known, ...more].join(' '));
        expect(behind).toEqual({ text: more.join(' '), difference: 0 });
      }),
    );
  });
});
