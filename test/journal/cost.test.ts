import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { runProgram } from '../../ts/system/process/process.js';
import { temporaryDir } from './harness.js';

const BUILT = fileURLToPath(new URL('../../dist/journal/open.js', import.meta.url));
const SPEAKER = fileURLToPath(new URL('../fixtures/journal-cost.mjs', import.meta.url));
const SECONDS = 4;

/** 0.5 % were measured on two busy cores; other tests run beside this one and make every call dearer. */
it('costs a few thousandths of a core while someone speaks', async () => {
  const run = await runProgram(
    process.execPath,
    [SPEAKER, BUILT, temporaryDir(), String(SECONDS)],
    { timeoutMs: 50_000 },
  );
  const [cpuS = Number.NaN, wallS = Number.NaN] = run.stdout.split(' ').map(Number);
  expect(cpuS / wallS).toBeLessThan(0.03);
});
