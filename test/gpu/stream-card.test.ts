import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { CardSample } from '../../ts/domain/memory.js';
import { type CardStream, streamCard } from '../../ts/gpu/stream-card.js';
import type { CardTrouble } from '../../ts/system/card/trouble.js';
import { nvidiaEnv, plantSysfs } from './fixtures.js';

describe('streamCard', () => {
  let root: string;
  let stream: CardStream | undefined;
  let samples: CardSample[];
  let troubles: CardTrouble[];

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'swictation-'));
    samples = [];
    troubles = [];
  });
  afterEach(async () => {
    await stream?.close();
    rmSync(root, { recursive: true, force: true });
  });

  function start(env: NodeJS.ProcessEnv, silenceMs = 20_000) {
    stream = streamCard({
      env: { SWICTATION_SYSFS: plantSysfs(join(root, 'sys'), [{}]), ...env },
      intervalMs: 50,
      silenceMs,
      firstMs: silenceMs,
      retryMs: 20,
      onSample: (sample) => samples.push(sample),
      onTrouble: (trouble) => troubles.push(trouble),
    });
  }

  const kinds = () => [...new Set(troubles.map((trouble) => trouble.kind))];

  it('samples the card again and again, in MB, by one process', async () => {
    const file = join(root, 'free');
    writeFileSync(file, '1000');
    start(nvidiaEnv('good', { FAKE_FREE_FILE: file }));
    await expect.poll(() => samples).not.toHaveLength(0);
    expect(samples[0]).toEqual({
      totalMb: 4096 * 1.048576,
      driverFreeMb: 1000 * 1.048576,
      own: null,
      source: 'nvidia-smi',
    });
    writeFileSync(file, '500');
    await expect.poll(() => samples.at(-1)?.driverFreeMb).toBe(500 * 1.048576);
    expect(troubles.filter((trouble) => trouble.kind !== 'garbage')).toEqual([]);
  });

  it('takes samples although there are warnings beside them', async () => {
    start(nvidiaEnv('stderr'));
    await expect.poll(() => samples.length).toBeGreaterThan(2);
    expect(troubles).toEqual([]);
  });

  it('passes a warning on beside the figures', async () => {
    start(nvidiaEnv('warning', { FAKE_CARDS: '2', CUDA_VISIBLE_DEVICES: '1' }));
    await expect.poll(() => samples.length).toBeGreaterThan(2);
    expect(samples[0]?.totalMb).toBe(24564 * 1.048576);
    expect(troubles).toEqual([]);
  });

  it('waits longer for the first answer than for the next ones', async () => {
    stream = streamCard({
      env: {
        SWICTATION_SYSFS: plantSysfs(join(root, 'sys'), [{}]),
        ...nvidiaEnv('slow', { FAKE_SLOW_S: '1' }),
      },
      ...{ intervalMs: 50, silenceMs: 200, retryMs: 20 },
      onSample: (sample) => samples.push(sample),
      onTrouble: (trouble) => troubles.push(trouble),
    });
    await expect.poll(() => samples.length).toBeGreaterThan(0);
    expect(troubles).toEqual([]);
  });

  it('waits for a slow one', async () => {
    start(nvidiaEnv('slow', { FAKE_SLOW_S: '0.5' }));
    await expect.poll(() => samples.length).toBeGreaterThan(1);
    expect(troubles).toEqual([]);
  });

  it('replaces one that hangs', async () => {
    start(nvidiaEnv('hanging'), 100);
    await expect.poll(() => troubles.length).toBeGreaterThan(1);
    expect(kinds()).toEqual(['silent']);
    expect(samples).toEqual([]);
  });

  it('replaces one that talks nonsense, in bounded memory', async () => {
    start(nvidiaEnv('garbage'), 400);
    // On a busy machine it may be silent for so long before its first word.
    await expect.poll(() => kinds().sort()).toEqual(['garbage', 'silent']);
    expect(samples).toEqual([]);
  });

  it('says that the driver is gone, and tries again', async () => {
    start(nvidiaEnv('driver-gone'));
    await expect.poll(() => troubles.length).toBeGreaterThan(1);
    expect(kinds()).toEqual(['driver_gone']);
    expect(troubles[0]?.message).toMatch(/^NVIDIA-SMI has failed/);
  });

  it('says that the program is missing', async () => {
    start({ PATH: '/nonexistent' });
    await expect.poll(kinds).toEqual(['missing']);
  });

  it('leaves a sleeping card asleep and starts when it woke up', async () => {
    const sys = plantSysfs(join(root, 'asleep'), [{ status: 'suspended' }]);
    start(nvidiaEnv('good', { SWICTATION_SYSFS: sys }));
    await expect.poll(kinds).toEqual(['asleep']);
    expect(samples).toEqual([]);
    plantSysfs(sys, [{ status: 'active' }]);
    await expect.poll(() => samples.length).toBeGreaterThan(0);
  });

  it('is silent after it was closed', async () => {
    start(nvidiaEnv('good'));
    await expect.poll(() => samples.length).toBeGreaterThan(0);
    await stream?.close();
    const before = samples.length;
    await new Promise((resolve) => setImmediate(resolve));
    expect([samples.length, troubles]).toEqual([before, []]);
  });
});
