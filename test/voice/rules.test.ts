import { describe, expect, it } from 'vitest';
import { COMMON_ENGLISH_WORDS } from '../../ts/voice/common-words.js';
import { RULE_ROWS } from '../../ts/voice/rules.js';
import { readTable } from './reference.js';

describe('the rules', () => {
  it('are the 266 rows of the table, in its order', () => {
    const rows = RULE_ROWS.map(([spoken, replacement, spacing]) => ({
      spoken,
      replacement: spacing === 'key' ? `<KEY:${replacement}>` : replacement,
      spacing,
    }));
    expect(rows).toEqual(readTable());
    expect(rows).toHaveLength(266);
  });

  it('hold each spoken form once, in lower case, of one to four words', () => {
    const spoken = RULE_ROWS.map((row) => row[0]);
    expect(new Set(spoken).size).toBe(266);
    for (const form of spoken) expect(form).toMatch(/^[a-z]+( [a-z]+){0,3}$/);
  });

  it('know every common English word that prose leaves out', () => {
    const oneWord = new Set(RULE_ROWS.map((row) => row[0]).filter((form) => !form.includes(' ')));
    for (const word of COMMON_ENGLISH_WORDS) expect(oneWord).toContain(word);
  });
});
