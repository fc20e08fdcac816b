import { mkdirSync, mkdtempSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FoundModel, findModel } from '../../ts/system/model/find-model.js';
import { runProgram } from '../../ts/system/process/process.js';

const NAME = 'nvidia/canary-180m-flash';
const MEMBERS = ['model_config.yaml', 'model_weights.ckpt'];

let dir: string;
let file: string;

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'model-'));
  file = join(dir, 'small.nemo');
});

afterEach(() => rmSync(dir, { recursive: true }));

/** An archive as the system's own tar writes it. */
async function pack(target: string, members: readonly string[], ...options: string[]) {
  for (const name of members) writeFileSync(join(dir, name), name.repeat(2_000));
  const paths = members.map((name) => `./${name}`);
  const args = ['-cf', target, ...options, '-C', dir, ...paths];
  const done = await runProgram('tar', args, { timeoutMs: 60_000 });
  expect(done.code).toBe(0);
}

function problemOf(found: FoundModel): string {
  return found.kind === 'unusable' ? found.problem : found.kind;
}

describe('a path', () => {
  test('that leads to no file is said', () => {
    expect(problemOf(findModel(file, {}))).toMatch(/small\.nemo: no such file.*correct the path/);
    expect(problemOf(findModel(dir, {}))).toMatch(/not a file/);
  });

  test('that can not be followed is said, and ends nothing', () => {
    symlinkSync(file, file);
    expect(problemOf(findModel(file, {}))).toMatch(/it can't be read: ELOOP.*correct the path/);
    writeFileSync(join(dir, 'notes'), '');
    expect(problemOf(findModel(join(dir, 'notes', 'a.nemo'), {}))).toMatch(/it can't be read/);
  });

  test.each([['--format=gnu'], ['--format=posix'], ['--gzip']])(
    'that leads to an archive is here (%s)',
    async (option) => {
      await pack(file, MEMBERS, option);
      expect(findModel(file, {})).toMatchObject({ kind: 'here' });
    },
  );

  test('that leads to something else is said before any worker reads it', async () => {
    writeFileSync(file, 'a page that explains something'.repeat(100));
    expect(problemOf(findModel(file, {}))).toMatch(
      /not a whole \.nemo archive \(it is no tar file\)/,
    );
    writeFileSync(file, '');
    expect(problemOf(findModel(file, {}))).toMatch(/it is empty/);
    await pack(file, MEMBERS.slice(0, 1));
    expect(problemOf(findModel(file, {}))).toMatch(/there is no model_weights\.ckpt in it/);
  });

  test('that leads to a part of an archive is said', async () => {
    await pack(file, MEMBERS);
    truncateSync(file, 50_000);
    expect(problemOf(findModel(file, {}))).toMatch(/it ends in the middle/);
  });
});

describe('a hub name', () => {
  /** What huggingface_hub leaves behind a fetch. */
  async function plant(env: NodeJS.ProcessEnv, content?: string): Promise<void> {
    const cache = env.HF_HUB_CACHE ?? join(env.HF_HOME ?? join(dir, 'huggingface'), 'hub');
    const folder = join(cache, 'models--nvidia--canary-180m-flash');
    for (const name of ['blobs', 'refs', 'snapshots/0123']) {
      mkdirSync(join(folder, name), { recursive: true });
    }
    const blob = join(folder, 'blobs', 'abc');
    if (content === undefined) await pack(blob, MEMBERS);
    else writeFileSync(blob, content);
    writeFileSync(join(folder, 'refs', 'main'), '0123');
    symlinkSync('../../blobs/abc', join(folder, 'snapshots', '0123', 'canary-180m-flash.nemo'));
  }

  test('that is not in the cache has to be fetched', () => {
    expect(findModel(NAME, { XDG_CACHE_HOME: dir })).toEqual({ kind: 'absent' });
  });

  test.each(['XDG_CACHE_HOME', 'HF_HOME', 'HF_HUB_CACHE'])(
    'is found in the cache that %s names',
    async (name) => {
      const env = { [name]: dir };
      await plant(env);
      expect(findModel(NAME, env)).toMatchObject({ kind: 'here' });
    },
  );

  test('is found in a cache that is named from the home folder', async () => {
    await plant({ HF_HOME: dir });
    expect(findModel(NAME, { HOME: dir, HF_HOME: '~' })).toMatchObject({ kind: 'here' });
  });

  test('whose file is no archive is said, with the place of its bytes', async () => {
    const env = { HF_HOME: dir };
    await plant(env, 'a page that explains something');
    const problem = problemOf(findModel(NAME, env));
    expect(problem).toMatch(/blobs\/abc is no \.nemo archive .*delete that file/);
  });

  test.each(['canary', 'a/b/c', '/a/', 'a b/c'])('is none: %s', (model) => {
    expect(problemOf(findModel(model, {}))).toMatch(/expected a hub name|no such file/);
  });
});
