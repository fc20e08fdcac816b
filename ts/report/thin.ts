import type { MemoryColumns } from './report-data.js';

/**
 * Leaves out samples that no eye would miss: those that lie within a tolerance of the last one kept, in each column.
 * Peaks stay to within the tolerance, which is the smallest (1 MB, doubled) that leaves no more than `most`. The one
 * before a jump is kept, so that a step stays a step.
 */
export function thinMemory(memory: MemoryColumns, most: number): MemoryColumns {
  let kept = memory.t.map((_, i) => i);
  for (let toleranceMb = 1; kept.length > most; toleranceMb *= 2) {
    kept = keepChanges(memory, toleranceMb);
    // Where everything jumps by more than any tolerance, every n-th bucket's extremes are what is left.
    if (toleranceMb > 65_536) return pickExtremes(memory, most);
  }
  return pick(memory, kept);
}

function keepChanges({ t, used, own, cache }: MemoryColumns, toleranceMb: number): number[] {
  const kept: number[] = [];
  const columns = [used, own, cache];
  let last = 0;
  for (let i = 0; i < t.length; i += 1) {
    const isEnd = i === 0 || i === t.length - 1;
    const moved = columns.some(
      (column) => Math.abs(at(column, i) - at(column, last)) >= toleranceMb,
    );
    if (!isEnd && !moved) continue;
    if (moved && i - 1 > last) kept.push(i - 1);
    kept.push(i);
    last = i;
  }
  return kept;
}

function pickExtremes(memory: MemoryColumns, most: number): MemoryColumns {
  const { used } = memory;
  const bucket = Math.ceil((memory.t.length * 2) / most);
  const kept: number[] = [];
  for (let from = 0; from < used.length; from += bucket) {
    const to = Math.min(used.length, from + bucket);
    let [low, high] = [from, from];
    for (let i = from; i < to; i += 1) {
      if (at(used, i) < at(used, low)) low = i;
      if (at(used, i) > at(used, high)) high = i;
    }
    kept.push(Math.min(low, high));
    if (low !== high) kept.push(Math.max(low, high));
  }
  return pick(memory, kept);
}

function pick({ t, used, own, cache }: MemoryColumns, kept: readonly number[]): MemoryColumns {
  const of = (column: readonly number[]) => kept.map((i) => at(column, i));
  return { t: of(t), used: of(used), own: of(own), cache: of(cache) };
}

function at(column: readonly number[], i: number): number {
  return column[i] ?? 0;
}
