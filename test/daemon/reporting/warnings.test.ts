import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { Warnings } from '../../../ts/daemon/reporting/warnings.js';
import { projectRoot } from '../../../ts/system/paths.js';

function open() {
  const logged: unknown[] = [];
  const published: unknown[] = [];
  const clock = { nowS: 0 };
  const warnings = new Warnings({
    log: { warn: (message, fields) => logged.push([message, fields]) },
    nowS: () => clock.nowS,
    publish: (_topic, payload) => published.push(payload),
  });
  return { warnings, logged, published, clock };
}

test('a warning reaches the log, the events and the list for `status`', () => {
  const { warnings, logged, published } = open();
  warnings.tell('warn', 'the card is nearly full', { simulated: true });
  expect(logged).toEqual([['the card is nearly full', { code: 'warn', simulated: true }]]);
  expect(published).toEqual([
    { code: 'warn', message: 'the card is nearly full', simulated: true },
  ]);
  expect(warnings.recent).toEqual(['the card is nearly full']);
});

test('the same one again within a minute is told once', () => {
  const { warnings, published, clock } = open();
  for (const nowS of [0, 59, 61]) {
    clock.nowS = nowS;
    warnings.tell('delivery', 'text could not be typed');
  }
  expect(published).toHaveLength(2);
});

/** Where the daemon is not there yet, or not at all, its log is the only place for a warning. */
const WITHOUT_DAEMON = ['main.ts', 'offline/offline.ts', 'reporting/warnings.ts'];

test('nothing else in the daemon writes a warning to the log or publishes one', () => {
  const folder = join(projectRoot(), 'ts/daemon');
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const writers = files.filter(
    (file) =>
      file.endsWith('.ts') &&
      /log\.warn\(|publish\(\s*'warning'/.test(readFileSync(join(folder, file), 'utf8')),
  );
  expect(writers.sort()).toEqual(WITHOUT_DAEMON);
});
