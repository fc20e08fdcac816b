import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/** Host memory that new programs can get without swapping (`MemAvailable`), MB of 10^6 bytes. */
export function hostFreeMb(): number {
  const override = Number(process.env.SWICTATION_HOST_FREE_MB);
  if (Number.isFinite(override) && process.env.SWICTATION_HOST_FREE_MB) return override;
  try {
    const match = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'));
    if (match) return (Number(match[1]) * 1024) / 1e6;
  } catch {
    // Not Linux, or /proc is hidden: the kernel's own figure is the next best.
  }
  return freemem() / 1e6;
}
