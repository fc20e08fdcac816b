import { truncateSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CpuEngineChoice } from '../../../ts/daemon/workers/cpu-engine.js';
import { openHome } from '../../support/home.js';
import { recording, typedText } from '../../support/speech.js';

const BLOCK = 512;
const WEIGHTS_BYTES = 3_540_000_000;

/** The block before a member of a tar file (ustar). */
function header(name: string, bytes: number): Buffer {
  const block = Buffer.alloc(BLOCK);
  block.write(name, 0);
  block.write(bytes.toString(8).padStart(11, '0'), 124);
  block.fill(' ', 148, 156);
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** An archive as large as canary-1b-flash's, whose weights are a hole on the disk. */
function writeLargeArchive(path: string): string {
  writeFileSync(
    path,
    Buffer.concat([header('model_config.yaml', 0), header('model_weights.ckpt', WEIGHTS_BYTES)]),
  );
  truncateSync(path, 2 * BLOCK + WEIGHTS_BYTES);
  return path;
}

test('a Canary too large for this machine leaves the word to the embedded engine, and says so', async () => {
  const home = openHome();
  const model = writeLargeArchive(home.file('large.nemo'));
  home.configure(`[stt]\nmodel = "${model}"\ncpu_engine = "canary-fp32"\n`);
  const play = ['--source', `wav:${recording('fox')}`, '--fast', '--start', '--exit-when-done'];
  const daemon = home.start([...play, '--sink', 'stdout'], { SWICTATION_HOST_FREE_MB: '2000' });
  expect(await daemon.exited).toEqual({ kind: 'exited', code: 0 });
  expect(daemon.stdout()).toBe(typedText(['fox']));
  expect(daemon.stderr()).toMatch(
    /canary-fp32 needs 3810 MB of memory, 2000 MB are free: the embedded engine dictates; try .*canary-int8/,
  );
});

describe('a CPU engine that ends while it loads', () => {
  function choose(archiveMb: number | null) {
    const told: string[] = [];
    const choice = new CpuEngineChoice('canary-int8', (code, message) =>
      told.push(`${code}: ${message}`),
    );
    choice.archiveMb = archiveMb;
    return { choice, told };
  }

  test('makes way for the embedded one at the second time, and says so', () => {
    const { choice, told } = choose(3_540);
    choice.endedWhileLoading();
    expect([choice.next(64_000).engine, told]).toEqual(['canary-int8', []]);
    choice.endedWhileLoading();
    expect(choice.next(64_000).engine).toBe('embedded');
    expect(told).toEqual([expect.stringMatching(/^worker: .*ended twice.*until the next start$/)]);
  });

  test('is forgiven by one that loads', () => {
    const { choice, told } = choose(3_540);
    choice.endedWhileLoading();
    choice.loaded();
    choice.endedWhileLoading();
    expect([choice.next(64_000).engine, told]).toEqual(['canary-int8', []]);
  });

  test('one refusal is enough, and told with its reason', () => {
    const { choice, told } = choose(3_540);
    choice.failedToLoad('no room');
    expect(choice.next(64_000).engine).toBe('embedded');
    expect(told).toEqual([expect.stringMatching(/^worker: no room; the embedded engine/)]);
  });

  test('where it was the embedded one there is nothing to fall back to', () => {
    const { choice, told } = choose(null);
    choice.failedToLoad('no room');
    choice.endedWhileLoading();
    choice.endedWhileLoading();
    expect(told).toEqual(['worker: no room']);
  });
});

test('without the embedded engine Canary has the CPU, in whatever memory there is', () => {
  const told: string[] = [];
  const choice = new CpuEngineChoice('embedded', (_, message) => told.push(message));
  expect([choice.next(64_000).engine, choice.needsModel]).toEqual(['embedded', false]);
  choice.withoutEmbedded(3_540, 'there is none: Canary dictates alone');
  choice.withoutEmbedded(3_540, 'there is none: Canary dictates alone');
  expect([64_000, 7_000, 100].map((freeMb) => choice.next(freeMb).engine)).toEqual([
    ...['canary-fp32', 'canary-int8', 'canary-int8'],
  ]);
  for (let time = 0; time < 3; time++) choice.endedWhileLoading();
  expect([choice.next(64_000).engine, choice.needsModel]).toEqual(['canary-fp32', true]);
  expect(told).toEqual(['there is none: Canary dictates alone']);
});

test('a smaller Canary dictates in place of the embedded engine where memory allows, and until it fails', () => {
  const told: string[] = [];
  const choice = new CpuEngineChoice('embedded', (_, message) => told.push(message));
  choice.smallMb = 730;
  expect(choice.next(64_000)).toEqual({ engine: 'canary-int8', small: true });
  expect(choice.next(400)).toEqual({ engine: 'embedded', small: false });
  choice.next(64_000);
  choice.failedToLoad('it is damaged');
  expect(choice.next(64_000)).toEqual({ engine: 'embedded', small: false });
  expect(told).toEqual(['it is damaged; the embedded engine dictates until the next start']);
});
