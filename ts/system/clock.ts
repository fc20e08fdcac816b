import { readFileSync } from 'node:fs';

/** Seconds on CLOCK_MONOTONIC: never jumps, stands still while the machine sleeps. */
export function monotonicS(): number {
  return Number(process.hrtime.bigint()) / 1e9;
}

/** Seconds since 1970, for what people and databases read; deadlines never use it. */
export function epochS(): number {
  return Date.now() / 1000;
}

/** Seconds since boot including sleep (`/proc/uptime` is CLOCK_BOOTTIME, steps of 10 ms). */
export function bootTimeS(): number {
  return Number.parseFloat(readFileSync('/proc/uptime', 'utf8'));
}

/** The id of this boot of the kernel, `unknown` where the kernel does not tell. */
export function bootId(): string {
  try {
    return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
  } catch {
    return 'unknown';
  }
}
