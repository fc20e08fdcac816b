import * as statistics from '../../ts/store/statistics.js';

export { slope } from '../../ts/store/statistics.js';

/** The value below which this share of the values lies. NaN where there are none, so that no limit is kept by nothing. */
export function quantile(values: readonly number[], share: number): number {
  return values.length === 0 ? Number.NaN : statistics.quantile(values, share);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
