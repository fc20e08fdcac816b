import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { missingModel } from '../../ts/daemon/model-file.js';

test('a path that leads to no file is said, a hub name is not looked for', () => {
  const dir = mkdtempSync(join(tmpdir(), 'model-'));
  const file = join(dir, 'small.nemo');
  expect(missingModel(file)).toMatch(/small\.nemo: no such file.*correct the path/);
  writeFileSync(file, 'weights');
  expect(missingModel(file)).toBeNull();
  expect(missingModel(dir)).toMatch(/not a file/);
  expect(missingModel('nvidia/canary-1b-flash')).toBeNull();
  rmSync(dir, { recursive: true });
});
