import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import {
  readLearnedFigures,
  writeLearnedFigures,
} from '../../../ts/daemon/core/learned-figures-file.js';
import { workerBuild } from '../../../ts/daemon/workers/worker-build.js';

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'learned-figures-'));
  onTestFinished(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

const HERE = { key: '4295/card/model', bootId: 'one', build: 'torch-2.13.0+cu130' };
const LEARNED = {
  breaker: { kind: 'isolated', cause: 'config', remainingS: 0, failures: 1 },
  demand: { baseMb: 60, mbPerS: 4, samples: 9 },
} as const;

test.each([
  ['the next start', {}, LEARNED],
  ['another boot', { bootId: 'two' }, { ...LEARNED, breaker: null }],
  ['other packages', { build: 'torch-2.13.0+cu126' }, { ...LEARNED, breaker: null }],
  ['another card', { key: '8590/card/model' }, { breaker: null, demand: null }],
])('what holds for %s', (_, change, expected) => {
  const file = join(folder(), 'policy.json');
  writeLearnedFigures(file, HERE, LEARNED);
  expect(readLearnedFigures(file, { ...HERE, ...change })).toEqual(expected);
});

test('a torn file is as good as none', () => {
  const file = join(folder(), 'policy.json');
  writeFileSync(file, '{"bootId":"one","ke');
  expect(readLearnedFigures(file, HERE)).toEqual({ breaker: null, demand: null });
});

test('the build is what computes on the card, in the environment of the interpreter', () => {
  const venv = folder();
  const packages = join(venv, 'lib', 'python3.12', 'site-packages');
  for (const name of [
    'torch-2.13.0+cu130.dist-info',
    'nvidia_cublas-13.0.0.dist-info',
    'torchmetrics-1.9.0.dist-info',
    'nemo_toolkit-3.0.0.dist-info',
    'torch',
  ]) {
    mkdirSync(join(packages, name), { recursive: true });
  }
  expect(workerBuild(join(venv, 'bin', 'python'))).toBe(
    'nemo_toolkit-3.0.0 nvidia_cublas-13.0.0 torch-2.13.0+cu130',
  );
  expect(workerBuild('python3')).toBe('');
});
