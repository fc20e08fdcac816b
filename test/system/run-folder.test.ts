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
import { expect, it, onTestFinished, vi } from 'vitest';
import { currentRun, encodeRunMark } from '../../ts/system/process/run-mark.js';
import { openRunFolder, openTemporaryRunFolder } from '../../ts/system/run-folder.js';

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

it.each([
  ['is missing', () => join(base(), 'missing'), /^TMPDIR .* is missing: \/tmp is used$/],
  ['is a file', () => write(join(base(), 'file')), /^TMPDIR .* is not a folder: \/tmp is used$/],
  ['is too long', () => folder(join(base(), 'x'.repeat(80))), /is too long for sockets/],
])('lies in /tmp where TMPDIR %s, and that is one line', (_, place, told) => {
  vi.stubEnv('TMPDIR', place());
  onTestFinished(() => void vi.unstubAllEnvs());
  const lines: string[] = [];
  const opened = openTemporaryRunFolder((line) => lines.push(line));
  opened.close();
  expect(opened.path).toMatch(/^\/tmp\/swictation-run-/);
  expect(lines).toEqual([expect.stringMatching(told)]);
});

it('lies where TMPDIR says, else', () => {
  const place = base();
  vi.stubEnv('TMPDIR', place);
  onTestFinished(() => void vi.unstubAllEnvs());
  const opened = openTemporaryRunFolder(() => expect.unreachable());
  opened.close();
  expect(opened.path).toContain(place);
});

function write(path: string): string {
  writeFileSync(path, '');
  return path;
}

function folder(path: string): string {
  mkdirSync(path);
  return path;
}
