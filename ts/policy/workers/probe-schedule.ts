import type { FaultClass } from '../../domain/fault.js';

/** Waits before a probe, by the number of probes that failed in a row; the last one repeats. @forTests */
export const PROBE_WAITS_S = [5, 15, 60, 300, 900] as const;
/** A driver that is gone is left alone for at least ten minutes. */
const DRIVER_GONE_WAIT_S = 600;
const SPREAD = 0.2;

/** A wait with its +-20 % and the generator's next state. A gone driver's first wait is only ever lengthened. */
export function probeWait(
  cause: FaultClass,
  failures: number,
  random: number,
): { readonly waitS: number; readonly random: number } {
  const next = nextRandom(random);
  const share = next / 2 ** 32;
  if (cause === 'driver_gone' && failures === 0) {
    return { waitS: DRIVER_GONE_WAIT_S * (1 + SPREAD * share), random: next };
  }
  const index = Math.min(failures, PROBE_WAITS_S.length - 1);
  const waitS = PROBE_WAITS_S[index] ?? DRIVER_GONE_WAIT_S;
  return { waitS: waitS * (1 - SPREAD + 2 * SPREAD * share), random: next };
}

/** A 32 bit linear congruential generator (constants of Numerical Recipes): pure, so that runs can be replayed. @forTests */
export function nextRandom(random: number): number {
  return (Math.imul(random >>> 0, 1664525) + 1013904223) >>> 0;
}
