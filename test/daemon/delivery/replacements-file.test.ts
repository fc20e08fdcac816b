import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { openReplacements } from '../../../ts/daemon/delivery/replacements-file.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sw-words-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
});

function open(path: string | null) {
  const warnings: string[] = [];
  const file = openReplacements(path, (_code, message) => warnings.push(message));
  onTestFinished(() => file.close());
  return { file, warnings, words: () => Object.fromEntries(file.value) };
}

describe('the file of own words', () => {
  it('is read at start and at each change, also where another file takes its place', async () => {
    const path = join(folder, 'words.tsv');
    writeFileSync(path, 'sue do\tsudo\n');
    const { words, warnings } = open(path);
    expect(words()).toEqual({ 'sue do': 'sudo' });
    writeFileSync(path, 'sue do\tsudo\njason\tJSON\n');
    await expect.poll(words).toEqual({ 'sue do': 'sudo', jason: 'JSON' });
    writeFileSync(join(folder, 'new'), 'cooper netties\tKubernetes\n');
    renameSync(join(folder, 'new'), path);
    await expect.poll(words).toEqual({ 'cooper netties': 'Kubernetes' });
    expect(warnings).toEqual([]);
  });

  it('stays as it was where the file is wrong, and says which line once', async () => {
    const path = join(folder, 'words.tsv');
    writeFileSync(path, 'jason\tJSON\n');
    const { words, warnings } = open(path);
    writeFileSync(path, 'jason\tJSON\nno tab here\n');
    await expect.poll(() => warnings).toEqual([expect.stringMatching(/words\.tsv: line 2 /)]);
    expect(words()).toEqual({ jason: 'JSON' });
    writeFileSync(path, 'jason\tJson\n');
    await expect.poll(words).toEqual({ jason: 'Json' });
  });

  it('is read in Latin-1 and UTF-16, and says so once', async () => {
    const path = join(folder, 'words.tsv');
    writeFileSync(path, Buffer.from('caf\u00e9\tCaf\u00e9 Z\u00fcrich\n', 'latin1'));
    const { words, warnings } = open(path);
    expect(words()).toEqual({ 'caf\u00e9': 'Caf\u00e9 Z\u00fcrich' });
    expect(warnings).toEqual([expect.stringMatching(/words\.tsv: not UTF-8, read as Latin-1/)]);
    writeFileSync(path, Buffer.from('\ufeffa\tb\n', 'utf16le'));
    await expect.poll(words).toEqual({ a: 'b' });
    expect(warnings).toHaveLength(2);
  });

  it('may come later, and may be a link', async () => {
    const path = join(folder, 'words.tsv');
    const { words, warnings } = open(path);
    expect(warnings).toEqual([expect.stringMatching(/ENOENT/)]);
    writeFileSync(path, 'jason\tJSON\n');
    await expect.poll(words).toEqual({ jason: 'JSON' });
    const elsewhere = mkdtempSync(join(tmpdir(), 'sw-words-'));
    onTestFinished(() => rmSync(elsewhere, { recursive: true, force: true }));
    writeFileSync(join(elsewhere, 'mine.tsv'), 'a\tb\n');
    symlinkSync(join(elsewhere, 'mine.tsv'), join(folder, 'link.tsv'));
    const linked = open(join(folder, 'link.tsv'));
    writeFileSync(join(elsewhere, 'mine.tsv'), 'a\tc\n');
    await expect.poll(linked.words).toEqual({ a: 'c' });
  });

  it('is not needed', () => {
    expect(open(null).words()).toEqual({});
  });
});
