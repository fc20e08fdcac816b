import { readFileSync } from 'node:fs';
import { parse } from 'smol-toml';
import { expect, test } from 'vitest';
import { describeKeys, writeDefaultFile } from '../../ts/config/default-file.js';
import { SECTIONS } from '../../ts/config/keys.js';
import { SECOND_GENERATION_KEYS } from '../../ts/config/second-generation.js';

const page = readFileSync(new URL('../../docs/config.md', import.meta.url), 'utf8');

test('docs/config.md has one row for each key, as the program knows it', () => {
  const rows = page.split('\n').filter((line) => /^\| `\[/.test(line));
  const wanted = describeKeys().map(
    ({ section, key, fallback, isDerived, allowed, meaning }) =>
      `| \`[${section}] ${key}\` | \`${fallback}\`${isDerived ? ' (derived)' : ''} | ${allowed} | ${meaning} |`,
  );
  expect(rows).toEqual(wanted);
});

test('docs/config.md names each key of the second generation', () => {
  for (const key of SECOND_GENERATION_KEYS) expect(page).toContain(`| \`${key}\` |`);
});

test('the text of each default is the value that is used without it', () => {
  const written = parse(writeDefaultFile());
  for (const [name, schema] of Object.entries(SECTIONS)) {
    let table: unknown = written;
    for (const part of name.split('.')) table = Reflect.get(Object(table), part);
    const { warnings: _warnings, cleanup: _cleanup, ...keys } = Object(table);
    expect(schema.parse(keys)).toEqual(schema.parse({}));
  }
});
