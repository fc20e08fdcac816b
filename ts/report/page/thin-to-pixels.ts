/** First index whose time is not before `atS`; times do not fall. */
export function firstFrom(t: Float64Array, atS: number): number {
  let low = 0;
  let high = t.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((t[middle] ?? 0) < atS) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Indexes that draw the same picture on `pixels` columns: of each column its first, lowest, highest and last value,
 * so that no peak is lost. One more on each side, so that the line goes on to the edges.
 */
export function thinToPixels(
  t: Float64Array,
  values: Float64Array,
  fromS: number,
  toS: number,
  pixels: number,
): readonly number[] {
  const first = Math.max(0, firstFrom(t, fromS) - 1);
  const end = Math.min(t.length, firstFrom(t, toS) + 1);
  if (end - first <= pixels * 4) return Array.from({ length: end - first }, (_, i) => first + i);
  const kept: number[] = [];
  const columnS = (toS - fromS) / pixels;
  for (let from = first; from < end; ) {
    const columnEndS = fromS + (Math.floor(((t[from] ?? 0) - fromS) / columnS) + 1) * columnS;
    let [to, low, high] = [from, from, from];
    for (; to < end && (to === from || (t[to] ?? 0) < columnEndS); to += 1) {
      if ((values[to] ?? 0) < (values[low] ?? 0)) low = to;
      if ((values[to] ?? 0) > (values[high] ?? 0)) high = to;
    }
    for (const one of [...new Set([from, low, high, to - 1])].sort((a, b) => a - b)) kept.push(one);
    from = to;
  }
  return kept;
}
