import { readFileSync } from 'node:fs';
import { uptime } from 'node:os';

/** Seconds on CLOCK_MONOTONIC: never jumps, stands still while the machine sleeps. */
export function monotonicS(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

/** Seconds since 1970, for what people and databases read; deadlines never use it. */
export function epochS(): number {
  return Date.now() / 1000;
}

/**
 * Seconds since boot including sleep: CLOCK_BOOTTIME in steps of 10 ms by `/proc/uptime`, in whole seconds while no file can be
 * opened.
 */
export function bootTimeS(): number {
  return uptime();
}

/** The id of this boot of the kernel, `unknown` where the kernel does not tell. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
