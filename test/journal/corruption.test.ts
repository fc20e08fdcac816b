import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readJournalFolder } from '../../ts/journal/folder-reader.js';
import { parsePieceName } from '../../ts/journal/names.js';
import { countingPcm, openTest, temporaryDir } from './harness.js';

const SAMPLES = 32_000;
const INFO = { device: 'cpu', engine: 'embedded' };

interface Written {
  readonly dir: string;
  readonly index: Buffer;
  /** Ids by how far they came. */
  readonly ids: { delivered: number; typing: number; transcribed: number; recorded: number };
  readonly recording: number;
}
let written: Written;

/** A daemon was killed: one utterance was delivered, one was being typed, two waited, a rest was unheard. */
beforeAll(async () => {
  const dir = temporaryDirForAll();
  const { journal } = await openTest(dir);
  const recording = journal.beginRecording();
  journal.append(recording, countingPcm(0, SAMPLES));
  const record = (fromSample: number, toSample: number) => {
    const id = journal.recorded({ recording, fromSample, toSample });
    journal.release(recording, toSample);
    return id;
  };
  const delivered = record(0, 5_000);
  const typing = record(5_000, 10_000);
  const transcribed = record(10_000, 15_000);
  const recorded = record(15_000, 20_000);
  for (const id of [delivered, typing, transcribed]) journal.transcribed(id, `words ${id}`, INFO);
  await journal.delivering(delivered);
  journal.delivered(delivered);
  await journal.delivering(typing);
  await vi.waitFor(() => expect(journal.stats().flushedBehindMs).toBe(0));
  const copy = temporaryDirForAll();
  cpSync(dir, copy, { recursive: true });
  const index = withoutZeros(readFileSync(join(copy, 'index.log')));
  written = { dir: copy, index, recording, ids: { delivered, typing, transcribed, recorded } };
});

afterAll(() => {
  for (const dir of dirs) rmSync(dir, { recursive: true });
});

const dirs: string[] = [];

function temporaryDirForAll(): string {
  const dir = mkdtempSync(join(tmpdir(), 'journal-'));
  dirs.push(dir);
  return dir;
}

function withoutZeros(bytes: Buffer): Buffer {
  return bytes.subarray(0, bytes.indexOf(0));
}

/** A copy of the killed daemon's folder. */
function copyOf(source: Written): string {
  const dir = temporaryDir();
  cpSync(source.dir, dir, { recursive: true });
  return dir;
}

function pieceOf(dir: string): string {
  const name = readdirSync(dir).find((each) => parsePieceName(each) !== null);
  if (name === undefined) throw new Error('no PCM file');
  return join(dir, name);
}

type Corrupt = (dir: string) => void;

/**
 * The one driver: whatever `corrupt` does, the journal opens, every undelivered utterance whose sound is
 * there is offered by an entry or as unheard sound, what may have been typed is marked so unless its
 * `delivering` never became durable, and a second start finds the same.
 */
async function expectNothingLost(corrupt: Corrupt, survives: { samples?: number } = {}) {
  const dir = copyOf(written);
  corrupt(dir);
  const { journal, recovered, problems } = await openTest(dir);
  expect(problems).toEqual([]);
  const samples = survives.samples ?? SAMPLES;
  const covered = new Uint8Array(SAMPLES);
  for (const { fromSample, toSample } of [...recovered.utterances, ...recovered.unsegmented]) {
    covered.fill(1, fromSample, toSample);
    const pcm = await journal.read(written.recording, fromSample, toSample);
    const there = Math.max(0, Math.min(toSample, samples) - fromSample);
    const expected = countingPcm(fromSample, there);
    expect(pcm.subarray(0, there * 2).equals(expected), `${fromSample}`).toBe(true);
  }
  const end = samples - (samples % 512 === 0 ? 0 : 512);
  for (let at = 5_000; at < Math.min(end, samples); at += 1) {
    if (covered[at] !== 1) expect.fail(`sample ${at} is lost`);
  }
  await journal.idle();
  const offered = journal.list();
  await journal.close();
  const again = await openTest(dir);
  expect(again.journal.list().map(({ id, text }) => ({ id, text }))).toEqual(
    offered.map(({ id, text }) => ({ id, text })),
  );
  expect(again.recovered.repaired).toEqual([]);
  await again.journal.close();
  return { recovered, offered };
}

describe('a killed daemon', () => {
  it('loses nothing', async () => {
    const { recovered, offered } = await expectNothingLost(() => {});
    const { typing, transcribed, recorded } = written.ids;
    expect(recovered.repaired).toEqual([]);
    expect(offered).toMatchObject([
      { id: typing, text: `words ${typing}`, may_already_be_typed: true },
      { id: transcribed, text: `words ${transcribed}`, may_already_be_typed: false },
      { id: recorded, text: null, may_already_be_typed: false },
    ]);
    expect(recovered.unsegmented).toMatchObject([{ fromSample: 20_000, toSample: SAMPLES }]);
  });
});

/** Each byte around the end of a record, every 23rd in between. */
function nextStep(index: Buffer, at: number): number {
  const lineEnd = index.indexOf(0x0a, Math.max(0, at - 2));
  const far = lineEnd === -1 ? 1 : lineEnd - 1 - at;
  return far > 1 ? Math.min(far, 23) : 1;
}

describe('power lost while the index was written', () => {
  it('at any byte: opens, and loses nothing', async () => {
    const { index } = written;
    for (let cut = 0; cut <= index.length; cut += nextStep(index, cut)) {
      const { recovered, offered } = await expectNothingLost((dir) => {
        writeFileSync(join(dir, 'index.log'), index.subarray(0, cut));
      });
      const whole = index.subarray(0, cut).lastIndexOf(0x0a) + 1;
      const torn = cut > whole;
      expect(recovered.repaired.length, `${cut}`).toBe(torn ? 1 : 0);
      const typing = offered.find(({ id }) => id === written.ids.typing);
      const wasTyping = index
        .subarray(0, whole)
        .includes(`"delivering","id":${written.ids.typing}`);
      expect(typing?.may_already_be_typed ?? false).toBe(wasTyping);
    }
  });

  it('keeps a copy of what was cut off, and no more than three', async () => {
    const dir = copyOf(written);
    for (let i = 0; i < 5; i += 1) {
      writeFileSync(
        join(dir, 'index.log'),
        Buffer.concat([written.index, Buffer.from(`torn ${i}`)]),
      );
      const { journal } = await openTest(dir, { nowEpochS: () => 1_000 + i });
      await journal.close();
    }
    const copies = readdirSync(dir).filter((name) => name.startsWith('index.broken-'));
    expect(copies.map((name) => readFileSync(join(dir, name), 'utf8'))).toEqual([
      'torn 2',
      'torn 3',
      'torn 4',
    ]);
  });
});

describe('power lost while sound was written', () => {
  it.each([0, 1, 2, 9_999, 10_001, 20_000, 33_333, 63_999])('after %i bytes', async (bytes) => {
    const samples = Math.floor(bytes / 2);
    const { offered } = await expectNothingLost((dir) => truncateSync(pieceOf(dir), bytes), {
      samples,
    });
    const { typing, transcribed } = written.ids;
    expect(offered.map(({ id }) => id)).toEqual(expect.arrayContaining([typing, transcribed]));
  });
});

describe('corruption in the middle of the index', () => {
  const damage: readonly (readonly [string, (index: Buffer) => Buffer])[] = [
    ['each line in turn: one byte flipped', (index) => index],
    ['a sector of zeros', (index) => Buffer.from(index).fill(0, 100, 400)],
    ['a sector of noise with line ends', (index) => Buffer.from(index).fill('\nx\n', 200, 700)],
    ['the first half is gone', (index) => index.subarray(index.length / 2)],
    ['everything is noise', (index) => Buffer.from(index).fill('ab\n')],
    ['it is empty', () => Buffer.alloc(0)],
  ];
  it.each(damage.slice(1))('%s', async (_, corrupt) => {
    await expectNothingLost((dir) => {
      writeFileSync(join(dir, 'index.log'), corrupt(written.index));
    });
  });

  it('one byte of each line flipped: told from a torn write, all is marked as doubtful', async () => {
    const { index } = written;
    let start = 0;
    for (;;) {
      const end = index.indexOf(0x0a, start);
      if (end === -1 || end === index.length - 1) break;
      const broken = Buffer.from(index);
      broken[start + 12] = (broken[start + 12] ?? 0) ^ 1;
      const { recovered, offered } = await expectNothingLost((dir) => {
        writeFileSync(join(dir, 'index.log'), broken);
      });
      expect(recovered.repaired).toEqual(['index: skipped 1 damaged records']);
      expect(offered.every((each) => each.may_already_be_typed)).toBe(true);
      start = end + 1;
    }
  });

  it('the index is gone: all sound is offered', async () => {
    const dir = copyOf(written);
    writeFileSync(join(dir, 'index.log'), '');
    const contents = readJournalFolder(dir);
    expect(contents.state.utterances.size).toBe(0);
    const { recovered } = await openTest(dir);
    expect(recovered.unsegmented).toMatchObject([{ fromSample: 0, toSample: SAMPLES }]);
  });
});
