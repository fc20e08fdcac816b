import { mibToMb } from './mib.js';

/** A line of nvidia-smi about one card. MB of 10^6 bytes. */
export interface CardRow {
  readonly index: number;
  readonly uuid: string;
  readonly name: string;
  readonly driverVersion: string;
  /** Null where it is not told; `said` has the word that came instead: `[N/A]`, `ERR!`. */
  readonly totalMb: number | null;
  readonly freeMb: number | null;
  readonly said: string;
}

/** `index,uuid,name,driver_version,memory.total,memory.free` without units; null for any other line. */
export function parseRow(line: string): CardRow | null {
  const columns = line.split(',').map((column) => column.trim());
  const [index = '', uuid = '', name = '', driverVersion = '', total = '', free = ''] = columns;
  if (columns.length !== 6 || !/^\d{1,4}$/.test(index) || !/^GPU-\S+$/i.test(uuid)) return null;
  if (name === '' || !/^\d/.test(driverVersion)) return null;
  const totalMb = parseMib(total);
  return {
    ...{ index: Number(index), uuid, name, driverVersion, said: total },
    totalMb: totalMb === 0 ? null : totalMb,
    freeMb: parseMib(free),
  };
}

/** Digits only: `[N/A]`, `[GPU is lost]` and signs are no numbers. */
function parseMib(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? mibToMb(Number(text)) : null;
}
