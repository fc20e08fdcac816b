import { mibToMb, parseMib, usableMib } from './mib.js';

/** A line of nvidia-smi about one card. MB of 10^6 bytes. */
export interface CardRow {
  readonly index: number;
  readonly uuid: string;
  readonly name: string;
  readonly driverVersion: string;
  /** What programs can have. Null where it is not told; `said` has the word that came instead: `[N/A]`, `ERR!`. */
  readonly totalMb: number | null;
  readonly freeMb: number | null;
  readonly said: string;
}

/** `index,uuid,name,driver_version,memory.total,memory.used,memory.free` without units; null for any other line. */
export function parseRow(line: string): CardRow | null {
  const columns = line.split(',').map((column) => column.trim());
  const [index = '', uuid = '', name = '', driverVersion = '', total = ''] = columns;
  if (columns.length !== 7 || !/^\d{1,4}$/.test(index) || !/^GPU-\S+$/i.test(uuid)) return null;
  if (name === '' || !/^\d/.test(driverVersion)) return null;
  const [totalMib, usedMib, freeMib] = columns.slice(4).map(parseMib);
  return {
    ...{ index: Number(index), uuid, name, driverVersion, said: total },
    totalMb: totalMib ? mibToMb(usableMib(totalMib, usedMib ?? null, freeMib ?? totalMib)) : null,
    freeMb: freeMib == null ? null : mibToMb(freeMib),
  };
}
