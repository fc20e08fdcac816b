/**
 * Where speech without a pause is cut: the quietest moment in its second half, a dip of the voice
 * probability averaged over five frames (160 ms), so that the cut falls between words where it can.
 * Returns a frame index into `probabilities`, never 0 and never the end.
 */
export function quietestCut(probabilities: readonly number[]): number {
  const first = Math.max(1, Math.floor(probabilities.length / 2));
  let best = probabilities.length - 1;
  let bestMean = Number.POSITIVE_INFINITY;
  for (let index = first; index < probabilities.length - 2; index += 1) {
    const mean = meanAround(probabilities, index);
    if (mean <= bestMean) {
      best = index;
      bestMean = mean;
    }
  }
  return Math.max(1, best);
}

function meanAround(probabilities: readonly number[], centre: number): number {
  const window = probabilities.slice(Math.max(0, centre - 2), centre + 3);
  return window.reduce((sum, p) => sum + p, 0) / window.length;
}
