import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openTest, openTestFiles, temporaryDir, writeWav } from '../harness.js';

const counting = (from: number, samples: number) =>
  Array.from({ length: samples }, (_, i) => (from + i) % 30_000);

async function play(spec: string) {
  const { source, heard } = await openTest(spec);
  await source.start();
  await heard.until(() => heard.ended);
  return heard;
}

describe('sound files', () => {
  it('play one after another as one stream of whole frames', async () => {
    const first = writeWav('a.wav', counting(0, 1_000));
    const second = writeWav('b.wav', counting(1_000, 1_500));
    const heard = await play(`wav:${first},${second}`);
    expect(heard.samples).toEqual(counting(0, 2_500));
    expect(heard.problems).toEqual([]);
    for (const chunk of heard.chunks.slice(0, -1)) expect(chunk.length % 1_024).toBe(0);
  });

  it('are brought to 16 kHz and one channel', async () => {
    const tone = (rate: number, seconds: number) =>
      Array.from({ length: rate * seconds }, (_, i) =>
        Math.round(8_000 * Math.sin((2 * Math.PI * 440 * i) / rate)),
      );
    const stereo = tone(44_100, 1).flatMap((sample) => [sample, sample]);
    const { samples } = await play(
      `wav:${writeWav('s.wav', stereo, { rate: 44_100, channels: 2 })}`,
    );
    expect(Math.abs(samples.length - 16_000)).toBeLessThan(32);
    const expected = tone(16_000, 1);
    const errors = samples.slice(200, 15_800).map((s, i) => Math.abs(s - (expected[i + 200] ?? 0)));
    expect(Math.max(...errors)).toBeLessThan(100);
  });

  it('with unknown chunks and an unknown length are read to their end', async () => {
    const before = Buffer.concat([Buffer.from('junk'), Buffer.from([3, 0, 0, 0, 1, 2, 3, 0])]);
    const path = writeWav('odd.wav', counting(0, 700), { before, claimBytes: 0xffff_ffff });
    const heard = await play(`wav:${path}`);
    expect(heard.samples).toEqual(counting(0, 700));
    expect(heard.problems).toEqual([]);
  });

  it('that are truncated give what they have, and say so', async () => {
    const heard = await play(`wav:${writeWav('cut.wav', counting(0, 600), { claimBytes: 9_000 })}`);
    expect(heard.samples).toEqual(counting(0, 600));
    expect(heard.problems.map(({ code }) => code)).toEqual(['audio_truncated']);
  });

  it.each([
    ['empty.wav', Buffer.alloc(0), 'audio_unreadable'],
    ['words.wav', Buffer.from('these are words\n'.repeat(200)), 'audio_unreadable'],
    ['list.m3u8', Buffer.from('#EXTM3U\nhttp://localhost:1/x.ts\n'), 'audio_unreadable'],
    ['noise.wav', Buffer.from(counting(7, 999)), 'audio_unreadable'],
  ])('%s is refused in one line, the next file plays', async (name, bytes, code) => {
    const path = join(temporaryDir(), name);
    writeFileSync(path, bytes);
    const heard = await play(`wav:${path},${writeWav('a.wav', counting(0, 600))}`);
    expect(heard.problems.map((problem) => problem.code)).toEqual([code]);
    expect(heard.problems[0]?.message).toMatch(new RegExp(`^${name}[^\n]*$`));
    expect(heard.samples).toEqual(counting(0, 600));
  });

  it('without any sample are named', async () => {
    const heard = await play(`wav:${writeWav('none.wav', [])}`);
    expect(heard.problems.map(({ code }) => code)).toEqual(['audio_empty']);
    expect(heard.samples).toEqual([]);
  });

  it.each([
    ['/nowhere/x.wav', /^\/nowhere\/x\.wav: no such file$/],
    ['/usr', /^\/usr: is a folder/],
  ])('%s is refused before anything starts', async (file, message) => {
    await expect(openTest(`wav:${file}`)).rejects.toThrow(message);
  });

  it('wait for a slow listener, and a missing Python is named', async () => {
    const { source, heard } = await openTest(`wav:${writeWav('any.wav', [1])}`, {
      python: '/nowhere/python',
    });
    await source.start();
    await heard.until(() => heard.ended);
    expect(heard.problems.map(({ code }) => code)).toEqual(['program_missing']);
    let inFlight = 0;
    const path = writeWav('long.wav', counting(0, 200_000));
    const slow = await openTest(`wav:${path}`, {
      onChunk: async () => {
        inFlight += 1;
        expect(inFlight).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        inFlight -= 1;
      },
    });
    await slow.source.start();
    await slow.heard.until(() => slow.heard.ended);
  });

  it('play in real time, pause and go on where they were', async () => {
    const path = writeWav('a.wav', counting(0, 6_400));
    const startedMs = performance.now();
    const { source, heard } = await openTest(`wav:${path}`, { pace: 'realtime' });
    await source.start();
    await heard.until(() => heard.chunks.length === 4);
    await source.stop();
    const before = heard.chunks.length;
    await source.start();
    await heard.until(() => heard.ended);
    expect(before).toBeLessThan(6);
    expect(heard.samples).toEqual(counting(0, 6_400));
    expect(performance.now() - startedMs).toBeGreaterThan(390);
  });

  it('are named by any signs; in a list a comma has a backslash before it', async () => {
    const odd = writeWav('Meeting 3, part 2.wav', counting(0, 600));
    const back = writeWav('back\\slash.wav', counting(600, 600));
    const twice = writeWav('a.wav,a.wav', counting(1_200, 600));
    const list = [odd.replace(',', '\\,'), back, twice.replace(',', '\\,')].join(',');
    expect((await play(`wav:${list}`)).samples).toEqual(counting(0, 1_800));
    const { source, heard } = openTestFiles([odd, back, twice]);
    await source.start();
    await heard.until(() => heard.ended);
    expect(heard.samples).toEqual(counting(0, 1_800));
  });

  it.each(['wav:', 'wav:,', 'tape', ''])('a spec %j is refused', async (spec) => {
    await expect(openTest(spec)).rejects.toMatchObject({ code: 'unknown_source', exitCode: 2 });
  });
});
