import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../env.js';

/** An NVIDIA card on the PCI bus. Reading these files does not wake it. */
export interface PciCard {
  /** As the kernel writes it: `0000:01:00.0`. */
  readonly address: string;
  /** Powered down by the kernel's runtime power management: whoever asks the driver wakes it. */
  readonly asleep: boolean;
}

const NVIDIA_VENDOR = '0x10de';
/** PCI base class 03: display controllers, 3D controllers without an output included. */
const DISPLAY_CLASS = /^0x03/;

/** All NVIDIA cards that the kernel sees, with or without a driver. `SWICTATION_SYSFS` replaces `/sys`. */
export function findPciCards(env: Env): PciCard[] {
  const folder = join(sysfs(env), 'bus', 'pci', 'devices');
  return listFolder(folder)
    .filter((address) => isNvidiaCard(join(folder, address)))
    .map((address) => ({ address, asleep: isAsleep(join(folder, address)) }));
}

/** True where cards exist and all of them sleep. */
export function areAllAsleep(env: Env): boolean {
  const cards = findPciCards(env);
  return cards.length > 0 && cards.every((card) => card.asleep);
}

/** Whether a card may be here at all: on the bus, or behind Windows' driver (WSL), which has no bus. */
export function mayHaveCard(env: Env): boolean {
  if (findPciCards(env).length > 0) return true;
  return env.SWICTATION_SYSFS === undefined && existsSync('/dev/dxg');
}

/** Version of the loaded kernel module, null where there is none. */
export function loadedDriverVersion(env: Env): string | null {
  return readWord(join(sysfs(env), 'module', 'nvidia', 'version'));
}

function isNvidiaCard(device: string): boolean {
  return (
    readWord(join(device, 'vendor')) === NVIDIA_VENDOR &&
    DISPLAY_CLASS.test(readWord(join(device, 'class')) ?? '')
  );
}

function isAsleep(device: string): boolean {
  const status = readWord(join(device, 'power', 'runtime_status'));
  return status === 'suspended' || status === 'suspending';
}

function sysfs(env: Env): string {
  return env.SWICTATION_SYSFS || '/sys';
}

function listFolder(folder: string): string[] {
  try {
    return readdirSync(folder).sort();
  } catch {
    return [];
  }
}

function readWord(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return null;
  }
}
