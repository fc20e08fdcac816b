import type { CardSample } from '../domain/memory.js';
import { mibToMb } from './mib.js';

/** What the stream asks nvidia-smi for; the order is that of the columns in `parseSampleLine`. */
export const SAMPLE_FIELDS = 'index,memory.total,memory.free';

/** One line of the stream as a sample of card `index`; `other_card` for a line about another one. */
export function parseSampleLine(line: string, index: number): CardSample | 'other_card' | null {
  const numbers = line.split(',').map((column) => parseWhole(column.trim()));
  const [card, totalMib, freeMib] = numbers;
  if (numbers.length !== 3 || card == null || totalMib == null || freeMib == null) return null;
  if (totalMib === 0 || freeMib > totalMib) return null;
  if (card !== index) return 'other_card';
  return {
    totalMb: mibToMb(totalMib),
    driverFreeMb: mibToMb(freeMib),
    own: null,
    source: 'nvidia-smi',
  };
}

/** Digits only: `[N/A]`, `[GPU is lost]` and signs are no numbers. */
function parseWhole(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
