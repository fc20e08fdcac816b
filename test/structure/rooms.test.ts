import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { projectRoot } from '../../ts/system/paths.js';

const MOST_FILES = 20;
const MOST_LINES = 300;
const MEAN_LINES = 100;

const PICTURE = readPicture();

/** The folders of the first picture of docs/architecture.md with their rooms, both from the top down. */
function readPicture(): ReadonlyMap<string, readonly string[]> {
  const page = readFileSync(join(projectRoot(), 'docs/architecture.md'), 'utf8');
  const picture = new Map<string, string[]>();
  let rooms: string[] = [];
  for (const line of (page.split('```')[1] ?? '').split('\n')) {
    const folder = /^(ts\/[a-z]+|py-worker[a-z_/]*)\s/.exec(line)?.[1];
    if (folder !== undefined) {
      rooms = [];
      picture.set(folder, rooms);
    }
    for (const [, room] of line.matchAll(/(?<= )([a-z_]+)\/(?= |$)/g)) rooms.push(room ?? '');
  }
  return picture;
}

function foldersIn(folder: string): string[] {
  return readdirSync(join(projectRoot(), folder), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !/^__|_cache$/.test(entry.name))
    .map((entry) => entry.name)
    .sort();
}

test('the picture shows the folders of ts', () => {
  const shown = [...PICTURE.keys()].filter((folder) => folder.startsWith('ts/'));
  expect(shown.sort()).toEqual(foldersIn('ts').map((folder) => `ts/${folder}`));
});

test.each([...PICTURE])('the picture shows the rooms of %s', (folder, rooms) => {
  expect([...rooms].sort()).toEqual(foldersIn(folder));
});

test.each(['daemon', 'policy'])(
  'the picture shows the rooms of ts/%s in the order that is held',
  (folder) => {
    const { forbidden } = z
      .object({ forbidden: z.array(z.object({ name: z.string() })) })
      .parse(createRequire(import.meta.url)('../../.dependency-cruiser.cjs'));
    const prefix = `room-${folder}-`;
    const held = forbidden
      .filter(({ name }) => name.startsWith(prefix))
      .map(({ name }) => name.slice(prefix.length));
    const files = ['ports', 'decide'];
    expect(PICTURE.get(`ts/${folder}`)).toEqual(held.filter((room) => !files.includes(room)));
  },
);

test('a folder can be seen at a glance, and a file read at a sitting', () => {
  const root = join(projectRoot(), 'ts');
  const files = readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => join(root, file));
  const lines = files.map((file) => readFileSync(file, 'utf8').split('\n').length - 1);
  const long = files.filter((_, i) => (lines[i] ?? 0) > MOST_LINES);
  expect(
    long.map((file) => relative(root, file)),
    'look for the second question it answers',
  ).toEqual([]);
  expect(lines.reduce((sum, count) => sum + count, 0) / lines.length).toBeLessThan(MEAN_LINES);
  const inFolder = new Map<string, number>();
  for (const file of files) inFolder.set(dirname(file), (inFolder.get(dirname(file)) ?? 0) + 1);
  const full = [...inFolder].filter(([, count]) => count > MOST_FILES);
  expect(
    full.map(([folder]) => relative(root, folder)),
    'find the rooms in it',
  ).toEqual([]);
});

test('CONTRIBUTING.md names files that exist', () => {
  const page = readFileSync(join(projectRoot(), 'CONTRIBUTING.md'), 'utf8');
  const named = [...page.matchAll(/(?:ts|test|docs|py-worker|scripts)\/[\w./-]+/g)].map(([path]) =>
    path.replace(/\.$/, ''),
  );
  const examples = ['ts/inject/NAME', 'engines/NAME/', 'ts/daemon/core/x.ts', 'test/daemon/core/x'];
  const real = named.filter((path) => !examples.some((example) => path.includes(example)));
  expect(real.length).toBeGreaterThan(50);
  expect(real.filter((path) => !existsSync(join(projectRoot(), path)))).toEqual([]);
});
