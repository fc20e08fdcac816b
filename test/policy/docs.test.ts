import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { thresholdsFor } from '../../ts/policy/memory/levels.js';
import { DEFAULT_SETTINGS } from '../../ts/policy/state/settings.js';

const page = readFileSync(new URL('../../docs/policy.md', import.meta.url), 'utf8');

/** Cells of the rows of the table under a heading, without the head. */
function rowsUnder(heading: string): string[][] {
  const [, after = ''] = page.split(`## ${heading}\n`);
  const [section = ''] = after.split('\n## ');
  const lines = section.split('\n').filter((line) => line.startsWith('|'));
  return lines.slice(2).map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

/** What a setting that is not set means. */
const ABSENT: Readonly<Record<string, string>> = { thresholds: 'from the card', remote: 'none' };

describe('docs/policy.md', () => {
  test('states the levels that are used', () => {
    const rows = rowsUnder('Levels');
    const absolute = thresholdsFor(4295, null);
    const relative = thresholdsFor(1000, null);
    const expected = (['warning', 'critical', 'guard', 'emergency'] as const).map((level) => [
      level,
      String(absolute[`${level}Mb`]),
      String(relative[`${level}Mb`] / 10),
    ]);
    expect(rows.map((row) => row.slice(0, 3))).toEqual(expected);
  });

  test('states every setting with its default', () => {
    const stated = rowsUnder('Settings').map(([name = '', value]) => [
      name.replaceAll('`', ''),
      value,
    ]);
    const actual = Object.entries(DEFAULT_SETTINGS).map(([name, value]) => [
      name,
      value === null ? ABSENT[name] : String(value),
    ]);
    expect(stated).toEqual(actual);
  });
});
