import type { CardSample } from '../domain/memory.js';
import { mibToMb, parseMib, usableMib } from '../system/card/mib.js';
import { isVisible, type VisibleCard } from '../system/card/visible-card.js';

/** What the stream asks nvidia-smi for; the order is that of the columns in `parseSampleLine`. */
export const SAMPLE_FIELDS = 'index,uuid,memory.total,memory.used,memory.free';

/** One line of the stream as a sample of the card that CUDA uses; `other_card` for a line about another one. */
export function parseSampleLine(
  line: string,
  visible: VisibleCard,
): CardSample | 'other_card' | null {
  const [index, uuid, ...figures] = line.split(',').map((column) => column.trim());
  if (uuid === undefined || !UUID.test(uuid)) return null;
  const card = parseMib(index ?? '');
  if (card === null) return null;
  if (!isVisible(visible, { index: card, uuid })) return 'other_card';
  const [totalMib, usedMib, freeMib] = figures.map(parseMib);
  if (figures.length !== 3 || totalMib == null || freeMib == null) return null;
  if (totalMib === 0 || freeMib > totalMib) return null;
  return {
    totalMb: mibToMb(usableMib(totalMib, usedMib ?? null, freeMib)),
    driverFreeMb: mibToMb(freeMib),
    own: null,
    source: 'nvidia-smi',
  };
}

const UUID = /^GPU-\S+$/i;
