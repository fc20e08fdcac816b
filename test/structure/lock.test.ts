import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BUILDS } from '../../ts/domain/torch-build.js';
import { projectRoot } from '../../ts/system/paths.js';

const root = projectRoot();

interface Entry {
  readonly name: string;
  readonly version: string;
  /** For which Pythons, empty for all. */
  readonly python: string;
  readonly hashes: number;
}

function readLock(name: string): readonly Entry[] {
  const text = readFileSync(join(root, 'locks', name), 'utf8');
  const entries = text
    .split(/\n(?=[a-z0-9])/i)
    .filter((entry) => /^[a-z0-9][\w.-]*==/i.test(entry));
  return entries.map((entry) => {
    const [, pinned = '', version = '', marker = ''] =
      /^([\w.-]+)==(\S+)(?: ; ([^\\\n]+))?/.exec(entry) ?? [];
    const hashes = entry.match(/--hash=sha256:[0-9a-f]{64}/g)?.length ?? 0;
    const python = marker.includes('python_full_version') ? marker.trim() : '';
    return { name: pinned.toLowerCase(), version, python, hashes };
  });
}

/** What a requirements file asks for itself: name and version. */
function readRequirements(file: string): readonly (readonly [string, string])[] {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  return lines
    .filter((line) => /^[a-z]/i.test(line))
    .map((line) => {
      const [, name = '', version = ''] = /^([\w.-]+)(?:\[\w+\])?==(\S+)$/.exec(line) ?? [];
      return [name.toLowerCase(), version] as const;
    });
}

const LOCKS = readdirSync(join(root, 'locks'));

describe('the lock', () => {
  it.each([
    ['requirements-embedded.txt', ['embedded.txt']],
    ['requirements.txt', ['full.txt', 'torch-cuda13.txt']],
    ['requirements-cuda12.txt', ['torch-cuda12.txt']],
    ['requirements-test.txt', ['test.txt']],
    ['requirements-serve.txt', ['serve.txt']],
    ['requirements-serve-test.txt', ['serve-test.txt']],
  ])('holds each direct requirement of %s', (file, locks) => {
    const locked = locks.flatMap(readLock);
    for (const [name, version] of readRequirements(file)) {
      expect(version, `${file}: ${name} is not pinned`).not.toBe('');
      const found = locked.find((entry) => entry.name === name);
      expect(found?.version, `${file}: ${name} is not in ${locks}: make lock`).toBe(version);
    }
  });

  it.each(LOCKS)('%s has a version and a checksum for each package', (name) => {
    const entries = readLock(name);
    expect(entries.length).toBeGreaterThan(0);
    for (const entry of entries) expect(entry.hashes, entry.name).toBeGreaterThan(0);
  });

  it('agrees with itself: a package has one version for one Python, whichever set names it', () => {
    const full = readLock('full.txt');
    for (const name of ['embedded.txt', 'build.txt', 'test.txt', 'serve.txt', 'serve-test.txt']) {
      for (const entry of readLock(name)) {
        const same = full.filter((one) => one.name === entry.name);
        const wanted = same.map(({ version, python }) => `${version} ${python}`);
        if (wanted.length > 0) expect(wanted).toContain(`${entry.version} ${entry.python}`);
      }
    }
  });

  it.each(BUILDS)('has the torch that setup chooses: $name', ({ name, torch, cuda }) => {
    const entries = readLock(`torch-${name}.txt`);
    const found = entries.find((entry) => entry.name === 'torch');
    expect(found?.version).toBe(cuda === null ? `${torch}+cpu` : torch);
    const runtimes = entries.filter((entry) => /^nvidia-cuda-runtime/.test(entry.name));
    if (cuda === null) expect(runtimes).toEqual([]);
    else expect(runtimes[0]?.version.split('.').slice(0, 2).join('.')).toBe(cuda);
  });
});
