import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from './env.js';

interface Supply {
  readonly type: string;
  readonly scope: string;
  readonly online: string;
}

/**
 * Whether this machine runs from its battery: it has one (that of a mouse does not count), and nothing comes out of any
 * plug. `SWICTATION_SYSFS` replaces `/sys`.
 */
export function isOnBattery(env: Env): boolean {
  const folder = join(env.SWICTATION_SYSFS ?? '/sys', 'class', 'power_supply');
  const supplies = list(folder).map((name) => readSupply(join(folder, name)));
  const hasBattery = supplies.some(({ type, scope }) => type === 'Battery' && scope !== 'Device');
  return hasBattery && !supplies.some(({ type, online }) => type !== 'Battery' && online === '1');
}

function readSupply(folder: string): Supply {
  const word = (name: string) => read(join(folder, name));
  return { type: word('type'), scope: word('scope'), online: word('online') };
}

function list(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch {
    return '';
  }
}
