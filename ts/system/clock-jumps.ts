import { bootTimeS, epochS, monotonicS } from './clock.js';

/** What a jump means: the machine slept for `seconds`, or somebody set the wall clock by `seconds`. */
export type ClockJump =
  | { readonly kind: 'slept'; readonly seconds: number }
  | { readonly kind: 'wall_clock_set'; readonly seconds: number };

export interface Clocks {
  monotonicS(): number;
  bootTimeS(): number;
  epochS(): number;
}

export interface ClockWatch {
  close(): void;
}

/** Below this the difference is the 10 ms step of the boot clock, or NTP slewing. */
const SMALLEST_JUMP_S = 1.5;

/**
 * Compares three clocks each `intervalMs`: the boot clock gains on the monotonic one while the machine
 * sleeps, so a sleep that nobody announced is noticed too. Keeps no process alive.
 */
export function watchClockJumps(options: {
  readonly intervalMs: number;
  readonly onJump: (jump: ClockJump) => void;
  readonly clocks?: Clocks;
}): ClockWatch {
  const clocks = options.clocks ?? { monotonicS, bootTimeS, epochS };
  let before = readOffsets(clocks);
  const compare = () => {
    const now = readOffsets(clocks);
    for (const jump of findJumps(before, now)) options.onJump(jump);
    before = now;
  };
  const timer = setInterval(compare, options.intervalMs);
  timer.unref();
  return { close: () => clearInterval(timer) };
}

interface Offsets {
  readonly sleepS: number;
  readonly wallS: number;
}

function readOffsets(clocks: Clocks): Offsets {
  const bootS = clocks.bootTimeS();
  return { sleepS: bootS - clocks.monotonicS(), wallS: clocks.epochS() - bootS };
}

function findJumps(before: Offsets, now: Offsets): ClockJump[] {
  const sleptS = now.sleepS - before.sleepS;
  const wallS = now.wallS - before.wallS;
  const jumps: ClockJump[] = [];
  if (sleptS >= SMALLEST_JUMP_S) jumps.push({ kind: 'slept', seconds: sleptS });
  if (Math.abs(wallS) >= SMALLEST_JUMP_S) jumps.push({ kind: 'wall_clock_set', seconds: wallS });
  return jumps;
}
