import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { isOnBattery } from '../../ts/system/power.js';

type Supplies = Readonly<Record<string, Readonly<Record<string, string>>>>;

function sysfsWith(supplies: Supplies): string {
  const sysfs = mkdtempSync(join(tmpdir(), 'swictation-power-'));
  for (const [name, files] of Object.entries(supplies)) {
    const folder = join(sysfs, 'class', 'power_supply', name);
    mkdirSync(folder, { recursive: true });
    for (const [file, word] of Object.entries(files))
      writeFileSync(join(folder, file), `${word}\n`);
  }
  return sysfs;
}

const BATTERY = { type: 'Battery', status: 'Unknown' };

it.each<[string, Supplies, boolean]>([
  ['a desktop', {}, false],
  ['a laptop on its battery', { BAT0: BATTERY, AC: { type: 'Mains', online: '0' } }, true],
  ['a laptop on mains', { BAT0: BATTERY, AC: { type: 'Mains', online: '1' } }, false],
  ['a laptop on USB-C', { BAT1: BATTERY, ucsi: { type: 'USB', online: '1' } }, false],
  [
    'a mouse',
    { hid: { type: 'Battery', scope: 'Device' }, ucsi: { type: 'USB', online: '0' } },
    false,
  ],
])('%s', (_, supplies, expected) => {
  expect(isOnBattery({ SWICTATION_SYSFS: sysfsWith(supplies) })).toBe(expected);
});
