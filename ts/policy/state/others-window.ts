/** The most that other programs held lately, in buckets, so that a program that comes and goes is seen as one that stays. */
export interface OthersWindow {
  /** Maxima of the buckets, newest last; null: nothing was measured then. */
  readonly maxima: readonly (number | null)[];
  /** Number of the newest bucket, counted from time 0. */
  readonly newest: number;
  /** Start of the unbroken record. */
  readonly sinceS: number | null;
}

/** The span is cut into this many buckets. */
const BUCKETS = 6;

export const EMPTY_WINDOW: OthersWindow = { maxima: [], newest: 0, sinceS: null };

/** Adds a measurement; the window spans at least `spanS` and at most a sixth more. */
export function recordOthers(
  window: OthersWindow,
  atS: number,
  othersMb: number,
  spanS: number,
): OthersWindow {
  const bucket = Math.floor(atS / bucketSpan(spanS));
  const last = window.maxima.at(-1);
  if (bucket === window.newest && last !== undefined) {
    if (last !== null && last >= othersMb) return window;
    const maxima = window.maxima.slice(0, -1);
    maxima.push(othersMb);
    return { ...window, maxima };
  }
  return openBucket(window, bucket, atS, othersMb);
}

function openBucket(
  window: OthersWindow,
  bucket: number,
  atS: number,
  othersMb: number,
): OthersWindow {
  const skipped = bucket - window.newest - 1;
  if (window.maxima.length === 0 || skipped >= BUCKETS) {
    return { maxima: [othersMb], newest: bucket, sinceS: atS };
  }
  const maxima = window.maxima.slice(-(BUCKETS - skipped));
  for (let i = 0; i < skipped; i++) maxima.push(null);
  maxima.push(othersMb);
  return { ...window, maxima, newest: bucket };
}

/** Highest figure within the span; null when nothing was measured at all. */
export function highestOthers(window: OthersWindow): number | null {
  let highest: number | null = null;
  for (const mb of window.maxima) {
    if (mb !== null && (highest === null || mb > highest)) highest = mb;
  }
  return highest;
}

/** Whether the record reaches back over the whole span. */
export function coversSpan(window: OthersWindow, atS: number, spanS: number): boolean {
  return window.sinceS !== null && atS - window.sinceS >= spanS;
}

function bucketSpan(spanS: number): number {
  return Math.max(0.1, spanS / BUCKETS);
}
