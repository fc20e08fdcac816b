/** Arithmetic mean, 0 of nothing. */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The `share` (0 to 1) quantile with linear interpolation between ranks, as numpy's default; 0 of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = (sorted.length - 1) * share;
  const below = sorted[Math.floor(rank)];
  const above = sorted[Math.ceil(rank)];
  if (below === undefined || above === undefined) return 0;
  return below + (above - below) * (rank - Math.floor(rank));
}

/** Slope of the line of least squares through (x, y), 0 where fewer than two different x are given. */
export function slope(points: readonly (readonly [x: number, y: number])[]): number {
  const meanX = mean(points.map(([x]) => x));
  const meanY = mean(points.map(([, y]) => y));
  const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
  const joint = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0);
  return spread === 0 ? 0 : joint / spread;
}

/** Words per active minute, 0 where nobody spoke. */
export function wordsPerMinute(words: number, activeS: number): number {
  return activeS > 0 ? words / (activeS / 60) : 0;
}
