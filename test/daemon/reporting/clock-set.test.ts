import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openMetricsReader } from '../../../ts/store/metrics-reader.js';
import { PROGRAMS } from '../../faults/desk.js';
import { openHome } from '../../support/home.js';
import { pcmOf, writeWav } from '../../support/speech.js';

it.each([
  ['back by a day', 1],
  ['on by a day', 2],
])('a session in which the clock is set %s has the length that it had', async (_, signals) => {
  const home = openHome();
  const wav = writeWav(home.file('speech.wav'), pcmOf([1.5, 'fox', 2]));
  const source = ['--source', `wav:${wav}`, '--realtime', '--sink', 'stdout', '--exit-when-done'];
  const startedMs = performance.now();
  const running = home.start(source, { NODE_OPTIONS: `--import=${PROGRAMS}/clock.mjs` });
  await running.said(/ready/);
  await running.ask('toggle');
  // Signals of one kind that wait are one: the second is sent when the first was seen to.
  for (let sent = 0; sent < signals; sent += 1) {
    running.program.signal('SIGURG');
    await sleep(200);
    await running.ask('status');
  }
  await running.exited;
  const limitS = (performance.now() - startedMs) / 1e3;
  const reader = openMetricsReader(join(home.dir, 'data', 'swictation', 'metrics.db'));
  const session = reader?.readSessions(1)[0];
  reader?.close();
  expect(session).toMatchObject({ words: 9 });
  expect(session?.durationS).toBeGreaterThan(3);
  expect(session?.durationS).toBeLessThan(limitS);
});
