import { describe, expect, it } from 'vitest';
import { applyCommands } from '../../ts/voice/apply.js';
import { parseReplacements } from '../../ts/voice/replacements.js';

describe('the file of custom words', () => {
  it('has a word a line', () => {
    const text =
      '# mine\n\nCooper  Netties\tKubernetes\r\nx\ta = b\nsigned\t"Yours,\\nAnn"\nx\tc\td\num\t\n';
    const replacements = parseReplacements('words.txt', text);
    expect([...replacements]).toEqual([
      ['cooper  netties', 'Kubernetes'],
      ['x', 'c\td'],
      ['signed', 'Yours,\nAnn'],
      ['um', ''],
    ]);
    const heard = 'we um run cooper netties signed';
    expect(applyCommands(heard, { mode: 'all', replacements }).text).toBe(
      'we run Kubernetes Yours,\nAnn',
    );
  });

  it.each([
    ['one = two\n', 1, 'has no spoken form and a tab behind it'],
    ['a\tb\n\tc', 2, 'has no spoken form and a tab behind it'],
    ['a\t"b', 1, 'has a quoted text that is no JSON string'],
  ])('%j is said to be wrong with its line', (text, line, flaw) => {
    expect(() => parseReplacements('words.txt', text)).toThrow(`words.txt: line ${line} ${flaw}; `);
  });
});
