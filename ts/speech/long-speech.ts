/**
 * Where speech without a pause is cut: the quietest moment in its second half, a dip of the voice
 * probability averaged over five frames (160 ms), so that the cut falls between words where it can.
 * Returns a frame index into `probabilities`, never 0 and never the end.
 */
export function quietestCut(probabilities: readonly number[]): number {
  const { length } = probabilities;
  const first = Math.max(1, Math.floor(length / 2));
  return quietestFrame(probabilities, first, length - 2) ?? Math.max(1, length - 1);
}

/**
 * The frame from `first` to before `end` around which the voice is least probable (mean of five frames), the latest of
 * equals; null where there is no frame.
 */
export function quietestFrame(
  probabilities: readonly number[],
  first: number,
  end: number,
): number | null {
  let best: number | null = null;
  let bestMean = Number.POSITIVE_INFINITY;
  for (let index = first; index < end; index += 1) {
    const mean = meanAround(probabilities, index);
    if (mean <= bestMean) {
      best = index;
      bestMean = mean;
    }
  }
  return best;
}

function meanAround(probabilities: readonly number[], centre: number): number {
  const window = probabilities.slice(Math.max(0, centre - 2), centre + 3);
  return window.reduce((sum, p) => sum + p, 0) / window.length;
}
