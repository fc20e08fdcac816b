import { performance } from 'node:perf_hooks';
import { expect, it } from 'vitest';
import { applyCommands } from '../../ts/voice/apply.js';

it('turns a text of ten words into typed text in under 20 µs', () => {
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
