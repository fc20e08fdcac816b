import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { applyCommands } from '../../ts/voice/apply.js';

it('the examples of docs/voice-commands.md are true', () => {
  const page = readFileSync('docs/voice-commands.md', 'utf8');
  const [, table = ''] = page.split('| heard | typed |\n');
  const rows = (table.split('\n\n')[0] ?? '').split('\n').slice(1);
  expect(rows.length).toBeGreaterThan(5);
  for (const row of rows) {
    const [, heard = '', typed = ''] = /^\| `(.*)` \| `(.*)` \|$/.exec(row) ?? [];
    expect(applyCommands(heard, { mode: 'all' }).text, row).toBe(typed);
  }
});
