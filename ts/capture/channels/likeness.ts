/** How alike two channels are at the delay at which they are most alike: -1 to 1, negative where one is inverted. */
export interface Likeness {
  readonly correlation: number;
  /** Coarse samples by which the second one is later. */
  readonly delay: number;
}

/** Alike enough that looking at other delays is not worth the time. */
const SURE = 0.8;

/**
 * Compares two stretches of the same length at delays of up to `furthest` samples to either side. `expected` is looked at
 * first: a delay stays what it is.
 */
export function compareChannels(
  one: Float32Array,
  other: Float32Array,
  furthest: number,
  expected = 0,
): Likeness {
  const known = likenessAt(one, other, expected);
  if (Math.abs(known.correlation) >= SURE) return known;
  let best = known;
  for (let delay = -furthest; delay <= furthest; delay += 1) {
    const here = likenessAt(one, other, delay);
    if (Math.abs(here.correlation) > Math.abs(best.correlation)) best = here;
  }
  return best;
}

function likenessAt(one: Float32Array, other: Float32Array, delay: number): Likeness {
  const from = Math.max(0, -delay);
  const to = Math.min(one.length, other.length - delay);
  let product = 0;
  let firstEnergy = 0;
  let secondEnergy = 0;
  for (let at = from; at < to; at += 1) {
    const first = one[at] ?? 0;
    const second = other[at + delay] ?? 0;
    product += first * second;
    firstEnergy += first * first;
    secondEnergy += second * second;
  }
  const scale = Math.sqrt(firstEnergy * secondEnergy);
  return { correlation: scale > 0 ? product / scale : 0, delay };
}
