import { expect, it } from 'vitest';
import { applyCommands } from '../../ts/voice/apply.js';

/** A machine on which others work is told from slow code by this: slow code is slow each time. */
const ROUNDS = 200;

/** The milliseconds that the computing alone took, which others on this machine hardly change. */
function measure(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1_000;
}

it('takes time in proportion to the length of a text', () => {
  const textOf = (repeats: number) =>
    'we went to the space station comma open paren quote hello quote twenty '.repeat(repeats);
  const [short, long] = [textOf(1_500), textOf(15_000)];
  const apply = (text: string) => measure(() => applyCommands(text, { mode: 'all' }));
  let shortMs = Number.POSITIVE_INFINITY;
  let longMs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 10; round += 1) {
    shortMs = Math.min(shortMs, apply(short));
    longMs = Math.min(longMs, apply(long));
  }
  // Ten times the words; the growing string that was copied at each word took a hundred times as long.
  expect(longMs / shortMs).toBeLessThan(40);
});

it('turns a text of ten words into typed text in under 20 µs', () => {
  const text = 'we return to the space station at nine comma twenty';
  const runs = 2_000;
  let bestUs = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 20 || (round < ROUNDS && bestUs >= 20); round += 1) {
    const tookMs = measure(() => {
      for (let run = 0; run < runs; run += 1) applyCommands(text, { mode: 'all' });
    });
    bestUs = Math.min(bestUs, (tookMs * 1_000) / runs);
  }
  console.info(`10-word text: ${bestUs.toFixed(2)} µs`);
  expect(bestUs).toBeLessThan(20);
});
