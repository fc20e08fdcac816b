import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { readJournalFolder } from '../../ts/journal/folder-reader.js';
import { runProgram } from '../../ts/system/process/process.js';
import { countingPcm, openTest, temporaryDir } from './harness.js';

const disk = join(tmpdir(), `journal-disk-${process.pid}`);
let refusal: string | null = null;

/** A small disk of its own, where we may mount one. */
beforeAll(async () => {
  mkdirSync(disk);
  const mounted = await runProgram('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', disk], {
    timeoutMs: 60_000,
  });
  if (mounted.code !== 0) refusal = `no small disk can be mounted: ${mounted.stderr.trim()}`;
});

afterAll(async () => {
  if (refusal === null) await runProgram('umount', ['-l', disk], { timeoutMs: 60_000 });
  rmSync(disk, { recursive: true, force: true });
});

describe('a full disk', () => {
  it('keeps the take in memory, says so once, and writes it when there is room', async ({
    skip,
  }) => {
    if (refusal !== null) return skip(refusal);
    const dir = join(disk, 'journal');
    const { journal, problems } = await openTest(dir);
    const recording = journal.beginRecording();
    const samples = 16_000 * 10;
    for (let at = 0; at < samples; at += 1_600) journal.append(recording, countingPcm(at, 1_600));
    await vi.waitFor(() => expect(journal.stats().onDisk).toBe(false), { timeout: 40_000 });
    expect(problems.map(({ code }) => code)).toEqual(['journal_disk_full']);
    const id = journal.recorded({ recording, fromSample: 100_000, toSample: samples });
    journal.transcribed(id, 'words', { device: 'cpu', engine: 'none' });
    await journal.delivering(id);
    expect(readJournalFolder(dir).state.utterances.get(id)).toMatchObject({
      state: 'delivering',
      text: 'words',
    });
    expect((await journal.read(recording, 0, samples)).equals(countingPcm(0, samples))).toBe(true);

    await runProgram('mount', ['-o', 'remount,size=8m', disk], { timeoutMs: 60_000 });
    await vi.waitFor(() => expect(journal.stats().onDisk).toBe(true), { timeout: 40_000 });
    expect(problems.map(({ code }) => code)).toEqual(['journal_disk_full', 'journal_recovered']);
    await journal.idle();
    const pieces = readJournalFolder(dir).pieces.get(recording) ?? [];
    expect(pieces.reduce((sum, piece) => sum + piece.samples, 0)).toBe(samples);
    expect((await journal.read(recording, 0, samples)).equals(countingPcm(0, samples))).toBe(true);
  });
});

describe('a folder that can not be used', () => {
  it('is told, and dictation goes on from memory', async () => {
    const dir = temporaryDir();
    writeFileSync(dir, 'a file where the folder should be');
    const { journal, problems } = await openTest(join(dir, 'journal'));
    const recording = journal.beginRecording();
    journal.append(recording, countingPcm(0, 16_000));
    const id = journal.recorded({ recording, fromSample: 0, toSample: 8_000 });
    await journal.delivering(id);
    journal.pending(id, 'injector_failed');
    expect(await journal.read(recording, 0, 16_000)).toEqual(countingPcm(0, 16_000));
    expect(journal.list()).toMatchObject([{ id, audio_path: null }]);
    expect(journal.stats().onDisk).toBe(false);
    expect(problems.length).toBeGreaterThan(0);
    rmSync(dir);
    mkdirSync(dirname(join(dir, 'journal')));
    mkdirSync(join(dir, 'journal'));
    await journal.idle();
    await vi.waitFor(() => expect(journal.stats().onDisk).toBe(true), { timeout: 40_000 });
    await journal.idle();
    expect(journal.list()).toMatchObject([
      { id, audio_path: join(dir, `journal/pending-${id}.wav`) },
    ]);
  });
});
