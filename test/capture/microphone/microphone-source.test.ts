import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { fakeMicrophone, openTest } from '../harness.js';

const counting = (from: number, samples: number) =>
  Array.from({ length: samples }, (_, i) => (from + i) % 30_000);

async function openFake(...script: string[]) {
  const env = fakeMicrophone(...script);
  return { ...(await openTest('mic', { env })), env };
}

describe('the microphone', () => {
  it('hands over all that was said before the stop, the odd rest included', async () => {
    const { source, heard } = await openFake('samples 1300');
    await source.start();
    await heard.until(() => heard.pcm.length >= 2_048);
    await source.stop();
    expect(heard.samples).toEqual(counting(0, 1_300));
    expect(heard.states.map(({ kind }) => kind)).toEqual(['starting', 'listening', 'idle']);
    await source.start();
    await heard.until(() => heard.pcm.length > 4_000);
    await source.stop();
    expect(heard.samples).toEqual(counting(0, 2_600));
  });

  it('is started again when its program dies, and half a sample shifts nothing', async () => {
    const { source, heard } = await openFake('odd 17000', 'die 700', 'samples 5000');
    await source.start();
    await heard.until(() => heard.pcm.length >= 2 * 22_000);
    await source.stop();
    expect(heard.samples).toEqual(counting(0, 22_700));
    const lost = heard.states.filter((state) => state.kind === 'lost');
    expect(lost).toMatchObject([
      { reason: 'ended', retryInS: 0.1 },
      { reason: 'ended', retryInS: 0.2 },
    ]);
  });

  it('is started again when it stalls', async () => {
    const { source, heard } = await openFake('stall 2000', 'samples 4000');
    await source.start();
    await heard.until(() => heard.pcm.length >= 2 * 5_500);
    await source.stop();
    expect(heard.samples).toEqual(counting(0, 6_000));
    expect(heard.states.filter((state) => state.kind === 'lost')).toMatchObject([
      { reason: 'stalled' },
    ]);
  });

  it.each(['text', 'header'])(
    'does not take %s for sound, and tries the next one',
    async (step) => {
      const { source, heard, env } = await openFake(step, 'fail', 'samples 4000');
      await source.start();
      await heard.until(() => heard.pcm.length >= 2 * 3_500);
      await source.stop();
      expect(heard.samples).toEqual(counting(0, 4_000));
      const calls = readFileSync(join(env.MIC_DIR ?? '', 'calls'), 'utf8')
        .trim()
        .split('\n');
      const first = 'pw-record --raw --rate 16000 --channels 1 --format s16 -';
      const plain = 'pw-record --rate 16000 --channels 1 --format s16 -';
      const pulse = 'parec --raw --rate=16000 --channels=1 --format=s16le --latency-msec=20';
      const alsa = 'arecord -q -t raw -f S16_LE -r 16000 -c 1 --buffer-time=500000 -';
      // On a slow machine the next program is asked beside one that only wrote words so far.
      const slow = step === 'text' ? [[first, pulse, alsa]] : [];
      expect([[first, plain, pulse], ...slow]).toContainEqual(calls);
    },
  );

  it('is tried ever more seldom when nothing works, and stops at once', async () => {
    const { source, heard } = await openFake('fail');
    await source.start();
    const waits = () => heard.states.flatMap((s) => (s.kind === 'lost' ? [s.retryInS] : []));
    await heard.until(() => waits().length === 6);
    await source.stop();
    expect(waits().slice(0, 6)).toEqual([0, 0, 0, 0.1, 0.2, 0.4]);
    expect(heard.states.at(-1)).toEqual({ kind: 'idle' });
  });

  it('without a recording program says what to install', async () => {
    await expect(openTest('mic', { env: { PATH: '/nowhere' } })).rejects.toMatchObject({
      code: 'no_microphone_program',
      message: expect.stringContaining('install'),
    });
  });
});
