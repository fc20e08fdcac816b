import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { applyCommands } from '../../ts/voice/apply.js';

it('takes time in proportion to the length of a text', { retry: 2 }, () => {
  const timeOf = (repeats: number) => {
    const text = 'we return to the space station comma open paren quote hello quote twenty '.repeat(
      repeats,
    );
    let bestMs = Number.POSITIVE_INFINITY;
    for (let round = 0; round < 3; round += 1) {
      const startMs = performance.now();
      applyCommands(text.replaceAll('return', 'went'), { mode: 'all' });
      bestMs = Math.min(bestMs, performance.now() - startMs);
    }
    return bestMs;
  };
  timeOf(500);
  // Ten times the words; the growing string that was copied at each word took a hundred times as long.
  expect(timeOf(15_000) / timeOf(1_500)).toBeLessThan(40);
});

// A machine on which others work is told from slow code, which is slow each time.
it('turns a text of ten words into typed text in under 20 µs', { retry: 4 }, () => {
  const text = 'we return to the space station at nine comma twenty';
  const runs = 2_000;
  let bestUs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20; round += 1) {
    const startMs = performance.now();
    for (let run = 0; run < runs; run += 1) applyCommands(text, { mode: 'all' });
    bestUs = Math.min(bestUs, ((performance.now() - startMs) * 1000) / runs);
  }
  console.info(`10-word text: ${bestUs.toFixed(2)} µs`);
  expect(bestUs).toBeLessThan(20);
});
