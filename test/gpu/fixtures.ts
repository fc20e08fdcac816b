import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../ts/system/paths.js';

export type NvidiaMode =
  | 'good'
  | 'slow'
  | 'stderr'
  | 'warning'
  | 'hanging'
  | 'garbage'
  | 'no-devices'
  | 'driver-gone';

/** An environment in which `nvidia-smi` is the program that plays `mode`. */
export function nvidiaEnv(mode: NvidiaMode, more: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const folder = join(projectRoot(), 'test', 'fixtures', 'bin-nvidia', mode);
  return { ...process.env, PATH: `${folder}:${process.env.PATH}`, ...more };
}

export interface PlantedDevice {
  readonly vendor?: string;
  readonly class?: string;
  readonly status?: string;
}

/** A small `/sys` in `root` with one PCI device per entry, an NVIDIA display controller unless told otherwise. */
export function plantSysfs(
  root: string,
  devices: readonly PlantedDevice[],
  driver?: string,
): string {
  mkdirSync(join(root, 'bus', 'pci', 'devices'), { recursive: true });
  devices.forEach((device, number) => {
    const folder = join(root, 'bus', 'pci', 'devices', `0000:0${number}:00.0`);
    mkdirSync(join(folder, 'power'), { recursive: true });
    writeFileSync(join(folder, 'vendor'), `${device.vendor ?? '0x10de'}\n`);
    writeFileSync(join(folder, 'class'), `${device.class ?? '0x030000'}\n`);
    writeFileSync(join(folder, 'power', 'runtime_status'), `${device.status ?? 'active'}\n`);
  });
  if (driver !== undefined) {
    mkdirSync(join(root, 'module', 'nvidia'), { recursive: true });
    writeFileSync(join(root, 'module', 'nvidia', 'version'), `${driver}\n`);
  }
  return root;
}
