import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { BlockReader } from '../../../ts/capture/files/sound-blocks.js';
import { openTest, temporaryDir, writeWav } from '../harness.js';

const ROOT = fileURLToPath(new URL('../../..', import.meta.url));
const counting = (samples: number) => Array.from({ length: samples }, (_, i) => i % 30_000);

/** Plays a file of `samples` counting samples with a decoder to which this happens. */
async function playWith(faults: string, samples: number) {
  const env = {
    ...process.env,
    DECODER_FAULTS: faults,
    DECODER_DIR: temporaryDir(),
    REAL_PYTHON: join(ROOT, '.venv/bin/python'),
  };
  const python = join(ROOT, 'test/fixtures/killed-decoder');
  const path = writeWav('long.wav', counting(samples));
  const { source, heard } = await openTest(`wav:${path}`, { env, python });
  await source.start();
  await heard.until(() => heard.ended);
  return heard;
}

describe('a decoder that ends before its file does', () => {
  it.each(['kill 50001,none', 'kill 3,none', 'kill 9000,kill 70001,none', 'stop 40000,none'])(
    '%s: another one goes on where it was',
    async (faults) => {
      const heard = await playWith(faults, 80_000);
      expect(heard.problems).toEqual([]);
      expect(heard.samples).toEqual(counting(80_000));
    },
  );

  it('is not started for ever; what came is used, and the advice fits', async () => {
    const heard = await playWith('kill 30000,kill 0', 80_000);
    expect(heard.samples.length).toBeGreaterThan(10_000);
    expect(heard.problems.map(({ message }) => message)).toEqual([
      expect.stringMatching(/long\.wav was not decoded to its end, SIGKILL .*memory/),
    ]);
    const crashed = await playWith('crash 0', 2_000);
    expect(crashed.problems[0]?.message).toMatch(/makes the decoder crash.*convert/);
  });
});

describe('blocks of sound', () => {
  const block = (channels: number, sound: Buffer) => {
    const header = Buffer.from('SB\0\0\0\0\0\0', 'latin1');
    header.writeUInt8(channels, 2);
    header.writeUInt32LE(sound.length / 2 / channels, 4);
    return Buffer.concat([header, sound]);
  };

  it('are found however the pipe cuts them', () => {
    const first = Buffer.from([1, 2, 3, 4, 5, 6, 7, 8]);
    const second = Buffer.from([9, 10]);
    const bytes = Buffer.concat([block(2, first), block(1, second), block(1, second)]);
    for (let cut = 1; cut < bytes.length; cut += 1) {
      const reader = new BlockReader();
      const read = [...reader.push(bytes.subarray(0, cut)), ...reader.push(bytes.subarray(cut))];
      expect(read.map(({ channels }) => channels)).toEqual([2, 1, 1]);
      expect(read.map(({ interleaved }) => [...interleaved])).toEqual([
        [...first],
        [...second],
        [...second],
      ]);
    }
  });

  it.each([
    ['other letters', Buffer.from('Traceback (most recent call last)')],
    ['no channel', block(1, Buffer.alloc(2)).fill(0, 2, 3)],
    ['nine channels', block(1, Buffer.alloc(2)).fill(9, 2, 3)],
    ['a block of gigabytes', block(1, Buffer.alloc(2)).fill(255, 4, 8)],
  ])('with %s are refused', (_, bytes) => {
    expect(() => new BlockReader().push(bytes)).toThrow(/something else/);
  });
});
