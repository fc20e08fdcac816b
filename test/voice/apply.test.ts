import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyCommands } from '../../ts/voice/apply.js';
import { forTyping, renderMarkers } from '../../ts/voice/keys.js';
import { readTable, transformNaively } from './reference.js';

const spokenForms = readTable().map((row) => row.spoken);
const transform = (text: string) => applyCommands(text, { mode: 'all' }).text;

describe('the page', () => {
  it.each([
    ['we return to the space station at nine', 'we<KEY:Return> to the  station @ 9'],
    ['hello comma world period', 'hello, world.'],
    ['Hello COMMA World', 'Hello, World'],
    ['hello, comma', 'hello,,'],
    ['hello comma, world', 'hello comma, world'],
    ['quote hello quote world', '"hello"world'],
    ['say quote hello single quote there quote', 'say "hello \'there"'],
    ['dot five', '. 5'],
    ['dot txt', '.txt'],
    ['snake underscore case', 'snake_case'],
    ['print open paren x close paren', 'print(x)'],
    ['x equals open bracket one close bracket', 'x = [1]'],
    ['x equals open paren', 'x = ('],
    ['return open paren', '<KEY:Return> ('],
    ['return open bracket', '<KEY:Return> ['],
    ['return period', '<KEY:Return>.'],
    ['return space period', '<KEY:Return> .'],
    ['space return', '<KEY:Return>'],
    ['space space return', ' <KEY:Return>'],
    ['no space', ''],
    ['a no space b', 'a b'],
    ['new line', '\n'],
    ['ends new line period', 'ends \n.'],
    ['𝐀 open paren', '𝐀('],
    ['ä open paren', 'ä('],
    ['greater than or equal', '>='],
    ['greater than or', '> or'],
    ['less than or or', '< ||'],
    ["dogs' comma", "dogs',"],
    ["dogs' tails", "dogs'tails"],
    ['', ''],
    [' \t\n', ''],
    ['a\u3000b\x1cc\u00a0d\x85e', 'a b c d e'],
    ['a\ufeffb', 'a\ufeffb'],
    ['bac\u212a slash', '\\'],
    ['bac\u212aslash', '\\'],
  ])('%j becomes %j', (heard, typed) => {
    expect(transform(heard)).toBe(typed);
    expect(transformNaively(heard)).toBe(typed);
  });
});

describe('every rule', () => {
  it.each(spokenForms)('%s: alone, in front, behind, in the middle, twice, in capitals', (form) => {
    const places = [form, `${form} word`, `word ${form}`, `say ${form} word`, `${form} ${form}`];
    const around = places.flatMap((p) => [p, p.toUpperCase(), `"${p}`, `x_ ${p}`, `return ${p}`]);
    for (const text of around) expect(transform(text)).toBe(transformNaively(text));
  });
});

const anyWord = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(...spokenForms) },
  { weight: 1, arbitrary: fc.constantFrom(...new Set(spokenForms.flatMap((f) => f.split(' ')))) },
  {
    weight: 2,
    arbitrary: fc.constantFrom('we', 'Öl', "it's", 'x"', '(', '{', '𝐀', '_', '<KEY:a>'),
  },
  { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 4 }) },
);
const anySpace = fc.constantFrom(' ', '  ', '\t', '\n', '\u00a0', '\u2003', '\x1f');

describe('random texts', () => {
  it('come out as the second implementation has them', () => {
    const texts = fc.array(fc.tuple(anyWord, anySpace), { maxLength: 14 });
    fc.assert(
      fc.property(texts, (parts) => {
        const text = parts.flat().join('');
        expect(transform(text)).toBe(transformNaively(text));
      }),
      { numRuns: 4000 },
    );
  });

  it('come out as pieces that are merged, not empty, and counted', () => {
    fc.assert(
      fc.property(fc.array(anyWord, { maxLength: 10 }), (words) => {
        const applied = applyCommands(words.join(' '), { mode: 'all' });
        const kinds = applied.pieces.map((piece) => piece.kind).join(' ');
        expect(kinds).not.toContain('text text');
        expect(applied.pieces).not.toContainEqual({ kind: 'text', text: '' });
        expect(renderMarkers(applied.pieces)).toBe(applied.text);
        expect(applied.keys).toBe(kinds.split(' ').filter((kind) => kind === 'key').length);
        expect(applied.transformations).toBeGreaterThanOrEqual(applied.keys);
      }),
      { numRuns: 500 },
    );
  });
});

describe('a recognised marker', () => {
  it('stays text', () => {
    const applied = applyCommands('press <KEY:Return> return', { mode: 'all' });
    expect(applied.pieces).toEqual([
      { kind: 'text', text: 'press <KEY:Return>' },
      { kind: 'key', key: 'Return' },
    ]);
    expect(applied.keys).toBe(1);
  });
});

describe('the literal escape', () => {
  it.each([
    ['literally comma', 'comma'],
    ['Literally new line now', 'new line now'],
    ['i literally died', 'i literally died'],
    ['literally', 'literally'],
    ['literally literally comma', 'literally comma'],
    ['he said literally Return to base', 'he said Return to base'],
  ])('%j becomes %j', (heard, typed) => expect(transform(heard)).toBe(typed));

  it('is not counted as a transformation', () => {
    expect(applyCommands('literally comma', { mode: 'all' }).transformations).toBe(0);
  });
});

describe('custom words', () => {
  const replacements = new Map([
    ['cooper netties', 'Kubernetes'],
    ['Comma', 'Komma'],
    ['one two three four five', 'count'],
  ]);
  it.each([
    ['we run Cooper Netties comma', 'we run Kubernetes Komma'],
    ['one two three four five', 'count'],
    ['one two three four six', '1 2 3 4 6'],
    ['literally cooper netties', 'cooper netties'],
  ])('%j becomes %j', (heard, typed) => {
    expect(applyCommands(heard, { mode: 'all', replacements }).text).toBe(typed);
  });

  it('are used with the commands off, too', () => {
    const applied = applyCommands('cooper netties period', { mode: 'off', replacements });
    expect(applied.text).toBe('Kubernetes period');
    expect(applied.transformations).toBe(1);
  });
});

describe('the modes', () => {
  it('leaves keys and common words alone for prose', () => {
    const heard = 'we return to the space station at nine comma he said period new line';
    const applied = applyCommands(heard, { mode: 'punctuation' });
    expect(applied.text).toBe('we return to the space station at nine, he said. \n');
  });

  it('changes nothing when off', () => {
    const applied = applyCommands(" dogs' tails  comma return ", { mode: 'off' });
    expect(applied.text).toBe("dogs' tails comma return");
    expect(applied.transformations).toBe(0);
  });
});

describe('what is typed', () => {
  const type = (heard: string) => forTyping(applyCommands(heard, { mode: 'all' }));
  it('ends in one space', () => {
    expect(type('hello')).toEqual([{ kind: 'text', text: 'hello ' }]);
    expect(type('return hello period').at(-1)).toEqual({ kind: 'text', text: ' hello. ' });
  });
  it('ends in the key where a key is last, and is nothing where there is nothing', () => {
    expect(type('hello return').at(-1)).toEqual({ kind: 'key', key: 'Return' });
    expect(type(' ')).toEqual([]);
  });
});
