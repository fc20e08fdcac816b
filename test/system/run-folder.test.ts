import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { currentRun, encodeRunMark } from '../../ts/system/process/run-mark.js';
import { openRunFolder } from '../../ts/system/run-folder.js';

function base(): string {
  const dir = mkdtempSync(join(tmpdir(), 'run-folder-'));
  onTestFinished(() => rmSync(dir, { recursive: true }));
  return dir;
}

it('is private, has a name of its own each time, and is gone when it is closed', () => {
  const dir = base();
  const [one, two] = [openRunFolder(dir, 'run-'), openRunFolder(dir, 'run-')];
  expect(one.path).not.toBe(two.path);
  expect(statSync(one.path).mode & 0o777).toBe(0o700);
  one.close();
  two.close();
  expect(readdirSync(dir)).toEqual([]);
});

it('removes what killed runs left, and leaves living ones and everything else', () => {
  const dir = base();
  const living = openRunFolder(dir, 'run-');
  const place = (name: string, owner: string) => {
    mkdirSync(join(dir, name));
    writeFileSync(join(dir, name, 'owner'), owner);
  };
  const mark = currentRun();
  place('run-killed', encodeRunMark({ ...mark, startTicks: mark.startTicks + 1 }));
  place('other-killed', encodeRunMark({ ...mark, startTicks: mark.startTicks + 1 }));
  place('run-container', encodeRunMark({ ...mark, pidNamespace: 1, startTicks: 1 }));
  place('run-young', '');
  openRunFolder(dir, 'run-').close();
  expect(existsSync(living.path)).toBe(true);
  expect(readdirSync(dir).filter((name) => !living.path.endsWith(name))).toEqual([
    'other-killed',
    'run-container',
    'run-young',
  ]);
});
