import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { countingPcm, openTest, soundFiles, temporaryDir } from './harness.js';

const INFO = { device: 'cpu', engine: 'embedded' };

describe('a word on its way', () => {
  it('leaves nothing behind once it is delivered', async () => {
    const { journal, dir } = await openTest(temporaryDir());
    const recording = journal.beginRecording();
    journal.append(recording, countingPcm(0, 16_000));
    const id = journal.recorded({ recording, fromSample: 100, toSample: 15_000 });
    journal.release(recording, 15_000);
    journal.transcribed(id, 'secret words', INFO);
    await journal.delivering(id);
    journal.delivered(id);
    await journal.endRecording(recording);
    journal.release(recording, 16_000);
    await journal.idle();
    expect(readdirSync(dir)).toEqual(['index.log']);
    expect(readFileSync(join(dir, 'index.log'), 'utf8')).not.toContain('secret');
    expect(journal.list()).toEqual([]);
  });

  it('leaves the disk also where its sound is let go long after its delivery', async () => {
    const { journal, dir } = await openTest(temporaryDir());
    const recording = journal.beginRecording();
    journal.append(recording, countingPcm(0, 32_000));
    const id = journal.recorded({ recording, fromSample: 100, toSample: 15_000 }, 'secret before');
    journal.transcribed(id, 'secret words', INFO);
    await journal.delivering(id);
    journal.delivered(id);
    const index = () => readFileSync(join(dir, 'index.log'), 'utf8');
    await new Promise((resolve) => setTimeout(resolve, 3_000));
    expect(index()).toContain('secret');
    journal.release(recording, 16_000);
    await expect.poll(index, { timeout: 30_000 }).not.toContain('secret');
  });

  it('is pending with text and playable audio when it was not delivered', async () => {
    const dir = temporaryDir();
    const { journal } = await openTest(dir);
    const recording = journal.beginRecording();
    journal.append(recording, countingPcm(0, 16_000));
    const id = journal.recorded({ recording, fromSample: 1_000, toSample: 9_000 });
    journal.transcribed(id, 'some words', INFO);
    await journal.delivering(id);
    journal.progressed(id, 2);
    journal.pending(id, 'injector_failed');
    await journal.endRecording(recording);
    journal.release(recording, 16_000);
    await journal.idle();
    const path = join(dir, `pending-${id}.wav`);
    expect(journal.list()).toEqual([
      {
        id,
        at_epoch_s: 1_000,
        seconds: 0.5,
        text: 'some words',
        reason: 'injector_failed',
        may_already_be_typed: false,
        pieces_done: 2,
        audio_path: path,
      },
    ]);
    expect(soundFiles(dir)).toEqual([`pending-${id}.wav`]);
    expect(readFileSync(path).subarray(44)).toEqual(countingPcm(1_000, 8_000));
    expect(await journal.readUtterance(id)).toEqual(countingPcm(1_000, 8_000));
    expect(await journal.read(recording, 1_100, 1_200)).toEqual(countingPcm(1_100, 100));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    await journal.drop(id);
    await journal.idle();
    expect(readdirSync(dir)).toEqual(['index.log']);
  });

  it('can be read before it is on the disk, and across files', async () => {
    const { journal } = await openTest(temporaryDir());
    const recording = journal.beginRecording();
    const samples = 3 * 30 * 16_000;
    for (let at = 0; at < samples; at += 16_000) journal.append(recording, countingPcm(at, 16_000));
    expect(await journal.read(recording, 5, 70)).toEqual(countingPcm(5, 65));
    await journal.idle();
    journal.append(recording, countingPcm(samples, 512));
    const whole = await journal.read(recording, 0, samples + 512);
    expect(whole.equals(countingPcm(0, samples + 512))).toBe(true);
  });

  it('is deleted piece by piece while recording goes on', async () => {
    const { journal, dir } = await openTest(temporaryDir());
    const recording = journal.beginRecording();
    for (let second = 0; second < 100; second += 1) {
      journal.append(recording, countingPcm(second * 16_000, 16_000));
      if (second % 10 === 0) await journal.idle();
    }
    await journal.idle();
    expect(soundFiles(dir).length).toBe(4);
    const id = journal.recorded({ recording, fromSample: 40 * 16_000, toSample: 41 * 16_000 });
    journal.release(recording, 99 * 16_000);
    await journal.idle();
    expect(soundFiles(dir).length).toBe(2);
    await journal.delivering(id);
    journal.delivered(id);
    await journal.idle();
    expect(soundFiles(dir).length).toBe(1);
  });

  it('is delivered at most once', async () => {
    const { journal } = await openTest(temporaryDir());
    const recording = journal.beginRecording();
    const id = journal.recorded({ recording, fromSample: 0, toSample: 0 });
    await journal.delivering(id);
    await expect(journal.delivering(id)).rejects.toThrow(/delivered already/);
    journal.delivered(id);
    await expect(journal.delivering(id)).rejects.toThrow(/delivered already/);
    journal.pending(id, 'injector_failed');
    expect(journal.list()).toEqual([]);
    await expect(journal.drop(77)).rejects.toThrow(/swictation pending/);
  });
});

describe('the next start', () => {
  it('offers what was left and never gives an id twice', async () => {
    const dir = temporaryDir();
    const first = await openTest(dir);
    const recording = first.journal.beginRecording();
    first.journal.append(recording, countingPcm(0, 48_000));
    const span = (fromSample: number, toSample: number) => ({ recording, fromSample, toSample });
    const done = first.journal.recorded(span(0, 4_000));
    const typing = first.journal.recorded(span(4_000, 8_000));
    const raw = first.journal.recorded(span(8_000, 16_000), 'the words before');
    first.journal.transcribed(typing, 'half typed', INFO);
    await first.journal.delivering(done);
    first.journal.delivered(done);
    await first.journal.delivering(typing);
    first.journal.release(recording, 16_000);
    await first.journal.close();

    const { journal, recovered } = await openTest(dir);
    expect(recovered.repaired).toEqual([]);
    expect(recovered.utterances).toMatchObject([
      { id: typing, state: 'delivering', text: 'half typed', mayAlreadyBeTyped: true },
      {
        ...{ id: raw, state: 'recorded', text: null, mayAlreadyBeTyped: false },
        typedBefore: 'the words before',
      },
    ]);
    const unheard = { recording, fromSample: 16_000, toSample: 48_000, goesOn: false };
    expect(recovered.unsegmented).toEqual([unheard]);
    expect(journal.list().map((each) => each.typed_before)).toContain('the words before');
    expect(journal.list().map((each) => each.reason)).toEqual([
      'may_already_be_typed',
      'daemon_restarted',
    ]);
    expect(await journal.read(recording, 16_000, 48_000)).toEqual(countingPcm(16_000, 32_000));
    const tail = journal.recorded(span(20_000, 30_000));
    expect(tail).toBeGreaterThan(raw);
    journal.pending(tail, 'daemon_restarted');
    journal.release(recording, 48_000);
    journal.transcribed(raw, 'now with text', INFO);
    await journal.idle();
    expect(soundFiles(dir)).toEqual([typing, raw, tail].map((id) => `pending-${id}.wav`));
    expect(journal.list()[1]).toMatchObject({ text: 'now with text' });
    expect(await journal.read(recording, 8_000, 16_000)).toEqual(countingPcm(8_000, 8_000));
    await journal.close();

    const third = await openTest(dir);
    expect(third.recovered.unsegmented).toEqual([]);
    expect(third.journal.list().map((each) => each.may_already_be_typed)).toEqual([
      true,
      false,
      false,
    ]);
    for (const { id } of third.journal.list()) await third.journal.drop(id);
    await third.journal.idle();
    expect(readdirSync(dir)).toEqual(['index.log']);
    expect(third.journal.beginRecording()).toBeGreaterThan(recording);
  });
});

describe('kept recordings', () => {
  it('stay for their hours, then go', async () => {
    const dir = temporaryDir();
    let now = 1_000;
    const { journal } = await openTest(dir, { keepDeliveredHours: 1, nowEpochS: () => now });
    const recording = journal.beginRecording();
    journal.append(recording, countingPcm(0, 16_000));
    const id = journal.recorded({ recording, fromSample: 0, toSample: 16_000 });
    await journal.delivering(id);
    journal.delivered(id);
    journal.release(recording, 16_000);
    await journal.endRecording(recording);
    await journal.idle();
    expect(soundFiles(dir)).toEqual([`delivered-${id}.wav`]);
    now += 3_601;
    await journal.idle();
    expect(soundFiles(dir)).toEqual([]);
  });

  it('stay an hour, restarts included, where speech is left without text', async () => {
    const dir = temporaryDir();
    let now = 1_000;
    const nowEpochS = () => now;
    const { journal } = await openTest(dir, { nowEpochS });
    const recording = journal.beginRecording();
    journal.append(recording, countingPcm(0, 32_000));
    const ids = [0, 1].map((at) =>
      journal.recorded({ recording, fromSample: at * 16_000, toSample: (at + 1) * 16_000 }),
    );
    const [whole, lacking] = ids as [number, number];
    journal.transcribed(lacking, 'one two', { device: 'cpu', engine: 'any' });
    for (const id of ids) await journal.delivering(id);
    journal.delivered(whole);
    journal.delivered(lacking, 1);
    journal.release(recording, 32_000);
    await journal.endRecording(recording);
    await journal.close();
    const again = await openTest(dir, { nowEpochS });
    expect([again.recovered.utterances, again.journal.list()]).toEqual([[], []]);
    expect(await again.journal.recent()).toMatchObject([
      { id: lacking, text: 'one two', reason: 'speech_without_text' },
    ]);
    expect(soundFiles(dir)).toEqual([`delivered-${lacking}.wav`]);
    now += 3_601;
    expect(await again.journal.recent()).toEqual([]);
    expect(soundFiles(dir)).toEqual([]);
  });

  it('go first when the quota is reached; undelivered ones never do', async () => {
    const dir = temporaryDir();
    const { journal, problems } = await openTest(dir, { keepDeliveredHours: 1, quotaMb: 0.1 });
    const recording = journal.beginRecording();
    journal.append(recording, countingPcm(0, 160_000));
    const ids = [0, 1, 2, 3].map((i) =>
      journal.recorded({ recording, fromSample: i * 32_000, toSample: (i + 1) * 32_000 }),
    );
    for (const id of ids.slice(0, 2)) {
      await journal.delivering(id);
      journal.delivered(id);
    }
    for (const id of ids.slice(2)) journal.pending(id, 'injector_failed');
    journal.release(recording, 160_000);
    await journal.endRecording(recording);
    await journal.idle();
    expect(soundFiles(dir)).toEqual(ids.slice(2).map((id) => `pending-${id}.wav`));
    expect(problems.map(({ code }) => code)).toEqual(['journal_over_quota']);
  });
});
