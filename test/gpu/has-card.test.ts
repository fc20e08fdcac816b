import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hasCard } from '../../ts/gpu/has-card.js';
import { areAllAsleep, findPciCards } from '../../ts/system/pci.js';
import { nvidiaEnv, type PlantedDevice, plantSysfs } from './fixtures.js';

const INTEL = { vendor: '0x8086' };
const NVIDIA_AUDIO = { class: '0x040300' };
const ASLEEP = { class: '0x030200', status: 'suspended' };

describe('hasCard', () => {
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
    expect(await hasCard(env)).toEqual({
      asleep: false,
      name: 'NVIDIA RTX A1000 Laptop GPU',
      uuid: 'GPU-00000000-1111-2222-3333-444444444444',
      driverVersion: '550.54.14',
      totalMb: 4096 * 1.048576,
    });
  });

  it('does not wake a sleeping card', async () => {
    const env = { ...withDevices([ASLEEP], '550.54.14'), PATH: '/nonexistent' };
    expect(findPciCards(env)).toEqual([{ address: '0000:00:00.0', asleep: true }]);
    expect(await hasCard(env)).toEqual({
      asleep: true,
      driverVersion: '550.54.14',
      name: null,
      uuid: null,
      totalMb: null,
    });
  });

  it('asks nobody where the bus has no such card', async () => {
    expect(await hasCard(nvidiaEnv('good', withDevices([INTEL, NVIDIA_AUDIO])))).toBeNull();
    expect(await hasCard(nvidiaEnv('hanging', withDevices([])))).toBeNull();
    expect(areAllAsleep(withDevices([]))).toBe(false);
  });

  it.each(['garbage', 'driver-gone'] as const)(
    'has no card when nvidia-smi is %s',
    async (mode) => {
      expect(await hasCard(nvidiaEnv(mode, withDevices([{}])))).toBeNull();
    },
  );

  it('has no card when the driver is not installed', async () => {
    expect(await hasCard({ ...withDevices([{}]), PATH: '/nonexistent' })).toBeNull();
    expect(await hasCard({ ...withDevices([ASLEEP]), PATH: '/nonexistent' })).toBeNull();
  });

  it.each(['slow', 'stderr'] as const)('takes the answer of one that is %s', async (mode) => {
    const env = nvidiaEnv(mode, { ...withDevices([{}]), FAKE_SLOW_S: '0.3' });
    expect(await hasCard(env)).toMatchObject({ asleep: false, driverVersion: '550.54.14' });
  });
});
