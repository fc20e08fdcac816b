import type { Line } from './play.js';

/** Bytes that our own worker holds on the default card without a call: context, speech model, VAD. */
export const OURS_MB = 300 + 1766 + 2.2;

/** An utterance every `everyS` seconds. */
export function speech(fromS: number, toS: number, everyS = 10, seconds = 4): Line[] {
  const lines: Line[] = [];
  for (let t = fromS; t <= toS; t += everyS) lines.push({ t_s: t, speech_s: seconds });
  return lines;
}

/** Other programs hold `lowMb` and `highMb` in turn, half a period each, and `lowMb` at the end. */
export function swing(
  lowMb: number,
  highMb: number,
  periodS: number,
  span: { readonly fromS: number; readonly toS: number },
): Line[] {
  const lines: Line[] = [];
  let high = true;
  for (let i = 0; span.fromS + (i * periodS) / 2 < span.toS; i += 1) {
    lines.push({ t_s: round(span.fromS + (i * periodS) / 2), others_mb: high ? highMb : lowMb });
    high = !high;
  }
  return [...lines, { t_s: span.toS, others_mb: lowMb }];
}

/** Other programs go from one amount to another in steps of a second. */
export function ramp(
  fromMb: number,
  toMb: number,
  span: { readonly fromS: number; readonly toS: number },
): Line[] {
  const lines: Line[] = [];
  for (let t = span.fromS; t <= span.toS; t += 1) {
    const share = (t - span.fromS) / (span.toS - span.fromS);
    lines.push({ t_s: t, others_mb: Math.round(fromMb + (toMb - fromMb) * share) });
  }
  return lines;
}

/** Puts lists of events into one order. */
export function mix(...lists: readonly (readonly Line[])[]): Line[] {
  return lists.flat().sort((a, b) => Number(a.t_s) - Number(b.t_s));
}

function round(seconds: number): number {
  return Math.round(seconds * 1000) / 1000;
}
