import {
  chmodSync,
  chownSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ensurePrivateDir } from '../../ts/system/private-dir.js';

describe('ensurePrivateDir', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'swictation-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  it('creates the folder and its parents, closed to others', () => {
    const path = join(root, 'a', 'b', 'c');
    ensurePrivateDir(path);
    ensurePrivateDir(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('closes a folder that was open', () => {
    const path = join(root, 'open');
    mkdirSync(path);
    chmodSync(path, 0o777);
    ensurePrivateDir(path);
    expect(statSync(path).mode & 0o777).toBe(0o700);
  });

  it('refuses a link, a file, and a parent that is a file', () => {
    symlinkSync(root, join(root, 'link'));
    writeFileSync(join(root, 'file'), '');
    expect(() => ensurePrivateDir(join(root, 'link'))).toThrow(/is a link: remove it/);
    expect(() => ensurePrivateDir(join(root, 'file'))).toThrow(/is not a folder/);
    expect(() => ensurePrivateDir(join(root, 'file', 'x'))).toThrow(/could not be created/);
  });

  it('gives up where no folder can be made', () => {
    expect(() => ensurePrivateDir('/proc/nothing/here')).toThrow(/could not be created/);
  });

  it.skipIf(process.getuid?.() !== 0)("refuses another user's folder (needs root)", () => {
    const path = join(root, 'theirs');
    mkdirSync(path);
    chownSync(path, 1234, 1234);
    expect(() => ensurePrivateDir(path)).toThrow(/another user/);
  });
});
