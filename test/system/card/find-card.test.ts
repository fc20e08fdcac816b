import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { findCard } from '../../../ts/system/card/find-card.js';
import { areAllAsleep, findPciCards } from '../../../ts/system/card/pci.js';
import { nvidiaEnv, type PlantedDevice, plantSysfs } from '../../gpu/fixtures.js';

const INTEL = { vendor: '0x8086' };
const NVIDIA_AUDIO = { class: '0x040300' };
const ABSENT = { kind: 'absent' };
const DRIVER = { kind: 'driver' };
const ASLEEP = { class: '0x030200', status: 'suspended' };

describe('findCard', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'swictation-'));
  });
  afterEach(() => rmSync(root, { recursive: true, force: true }));

  function withDevices(devices: readonly PlantedDevice[], driver?: string) {
    return { SWICTATION_SYSFS: plantSysfs(root, devices, driver) };
  }

  it('describes a card that is awake', async () => {
    const env = nvidiaEnv('good', withDevices([INTEL, NVIDIA_AUDIO, {}]));
    expect(await findCard(env)).toEqual({
      kind: 'card',
      asleep: false,
      name: 'NVIDIA RTX A1000 Laptop GPU',
      uuid: 'GPU-00000000-1111-2222-3333-444444444444',
      driverVersion: '550.54.14',
      totalMb: 4096 * 1.048576,
      freeMb: 3500 * 1.048576,
      warning: null,
      choice: null,
    });
  });

  it('does not wake a sleeping card', async () => {
    const env = { ...withDevices([ASLEEP], '550.54.14'), PATH: '/nonexistent' };
    expect(findPciCards(env)).toEqual([{ address: '0000:00:00.0', asleep: true }]);
    expect(await findCard(env)).toEqual({
      kind: 'card',
      asleep: true,
      driverVersion: '550.54.14',
      name: null,
      uuid: null,
      totalMb: null,
      freeMb: null,
      warning: null,
      choice: null,
    });
  });

  it('asks nobody where the bus has no such card', async () => {
    expect(await findCard(nvidiaEnv('good', withDevices([INTEL, NVIDIA_AUDIO])))).toEqual(ABSENT);
    expect(await findCard(nvidiaEnv('hanging', withDevices([])))).toEqual(ABSENT);
    expect(areAllAsleep(withDevices([]))).toBe(false);
  });

  it.each(['garbage', 'driver-gone', 'no-devices'] as const)(
    'has no card when nvidia-smi is %s',
    async (mode) => {
      const found = await findCard(nvidiaEnv(mode, withDevices([{}], '550.54.14')));
      expect(found).toMatchObject({ kind: 'driver', help: expect.stringMatching(/sudo/) });
    },
  );

  it('has no card when the driver is not installed', async () => {
    expect(await findCard({ ...withDevices([{}]), PATH: '/nonexistent' })).toMatchObject(DRIVER);
    expect(await findCard({ ...withDevices([ASLEEP]), PATH: '/nonexistent' })).toMatchObject(
      DRIVER,
    );
  });

  it.each(['slow', 'stderr'] as const)('takes the answer of one that is %s', async (mode) => {
    const env = nvidiaEnv(mode, { ...withDevices([{}]), FAKE_SLOW_S: '0.3' });
    expect(await findCard(env)).toMatchObject({ asleep: false, driverVersion: '550.54.14' });
  });

  it('uses a card whose right figures come with a warning, and passes it on', async () => {
    const env = nvidiaEnv('warning', withDevices([{}]));
    expect(await findCard(env)).toMatchObject({
      kind: 'card',
      totalMb: 4096 * 1.048576,
      warning: 'nvidia-smi: WARNING: infoROM is corrupted at gpu 0000:01:00.0',
    });
  });

  it('gives up on a driver that hangs', async () => {
    const found = await findCard(nvidiaEnv('hanging', withDevices([{}])), 200);
    expect(found).toMatchObject({ kind: 'driver', message: expect.stringMatching(/in time/) });
  });

  it.each([
    ['[N/A]', /tells no memory of its own/, null],
    ['[Not Supported]', /tells no memory of its own/, null],
    ['ERR!', /is in trouble: nvidia-smi says ERR!/, /xid/],
    ['[GPU is lost]', /is in trouble/, /restart/],
    ['0', /is in trouble/, /restart/],
  ])('says why a card with %s for its memory is not used', async (word, message, help) => {
    const env = nvidiaEnv('good', { ...withDevices([{}]), FAKE_MEMORY: word });
    expect(await findCard(env)).toMatchObject({
      kind: 'unmeasured',
      message: expect.stringMatching(message),
      help: help === null ? null : expect.stringMatching(help),
    });
  });

  describe('with two cards', () => {
    const FIRST = 'GPU-00000000-1111-2222-3333-444444444444';
    const SECOND = 'GPU-55555555-6666-7777-8888-999999999999';
    const find = (wish: NodeJS.ProcessEnv) =>
      findCard(nvidiaEnv('good', { ...withDevices([{}, {}]), FAKE_CARDS: '2', ...wish }));

    it.each([
      [{}, FIRST],
      [{ CUDA_VISIBLE_DEVICES: '0' }, FIRST],
      [{ CUDA_VISIBLE_DEVICES: '1' }, SECOND],
      [{ CUDA_VISIBLE_DEVICES: '1,0' }, SECOND],
      [{ CUDA_VISIBLE_DEVICES: ' 1 ' }, SECOND],
      [{ CUDA_VISIBLE_DEVICES: SECOND }, SECOND],
      [{ CUDA_VISIBLE_DEVICES: 'gpu-5555' }, SECOND],
      [{ CUDA_VISIBLE_DEVICES: '1', CUDA_DEVICE_ORDER: 'FASTEST_FIRST' }, SECOND],
    ])('takes the one that CUDA uses: %j', async (wish, uuid) => {
      const found = await find(wish);
      expect(found).toMatchObject({ kind: 'card', uuid });
      expect(found).toMatchObject({ choice: expect.stringContaining(`${uuid}) is used of 2`) });
    });

    it('says that the order of the session is not followed', async () => {
      const found = await find({ CUDA_DEVICE_ORDER: 'FASTEST_FIRST' });
      expect(found).toMatchObject({
        choice: expect.stringMatching(/FASTEST_FIRST is not followed/),
      });
    });

    it.each(['', '-1', 'none', 'NoDevFiles', 'GPU-', ','])(
      'finds all hidden by CUDA_VISIBLE_DEVICES=%j, and starts nothing',
      async (wish) => {
        const env = { ...withDevices([{}]), PATH: '/nonexistent', CUDA_VISIBLE_DEVICES: wish };
        expect(await findCard(env)).toMatchObject({
          kind: 'hidden',
          message: expect.stringMatching(/hides every/),
        });
      },
    );

    it.each(['2', 'GPU-77', 'MIG-1234'])('names what %s could have meant', async (wish) => {
      expect(await find({ CUDA_VISIBLE_DEVICES: wish })).toMatchObject({
        kind: 'hidden',
        help: expect.stringContaining(`1 (${SECOND}, NVIDIA RTX 4090)`),
      });
    });
  });
});
