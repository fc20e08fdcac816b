/** Texts that are compared with those before them. */
const RECENT = 5;
/** Texts whose mean is the usual delay: fewer say nothing, older ones are forgotten. */
const LEAST_USUAL = 10;
const MOST_USUAL = 100;
/** A delay that grew by less than this, ms, nobody notices, whatever the factor is. */
const LEAST_GROWTH_MS = 250;

/** Notices when texts come much later than they used to. */
export class DelayTrend {
  readonly #delaysMs: number[] = [];
  #isSlow = false;

  /** Takes the delay of the next text; an answer only when it has just become slow: the two means, ms. */
  add(
    delayMs: number,
    multiplier: number,
  ): { readonly usualMs: number; readonly nowMs: number } | null {
    this.#delaysMs.push(delayMs);
    if (this.#delaysMs.length > MOST_USUAL + RECENT) this.#delaysMs.shift();
    if (this.#delaysMs.length < LEAST_USUAL + RECENT) return null;
    const usualMs = mean(this.#delaysMs.slice(0, -RECENT));
    const nowMs = mean(this.#delaysMs.slice(-RECENT));
    const wasSlow = this.#isSlow;
    this.#isSlow = nowMs > usualMs * multiplier && nowMs - usualMs > LEAST_GROWTH_MS;
    return this.#isSlow && !wasSlow ? { usualMs, nowMs } : null;
  }
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
