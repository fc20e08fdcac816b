const BLOCKS = [' ', '▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/**
 * A filled graph of `rows` lines, the newest value at the right edge, `width` values wide, 0 at the bottom and
 * `max` at the top. Each line holds eight steps.
 */
export function drawGraph(
  values: readonly number[],
  max: number,
  rows: number,
  width: number,
): string[] {
  const shown = values.slice(-width);
  const steps = shown.map((value) => toSteps(value, max, rows));
  return Array.from({ length: rows }, (_, line) => {
    const below = (rows - 1 - line) * 8;
    const cells = steps.map((step) => BLOCKS[Math.min(8, Math.max(0, step - below))] ?? ' ');
    return cells.join('').padStart(width);
  });
}

/** The line of the graph (0 is the top) that a value lies in. */
export function rowOf(value: number, max: number, rows: number): number {
  return rows - 1 - Math.min(rows - 1, Math.floor((value / max) * rows));
}

/** Anything above nothing shows. */
function toSteps(value: number, max: number, rows: number): number {
  if (value <= 0 || max <= 0) return 0;
  return Math.min(rows * 8, Math.max(1, Math.round((value / max) * rows * 8)));
}
