/** The driver's tools report MiB (2^20 bytes), everything else here MB (10^6 bytes). */
export function mibToMb(mib: number): number {
  return mib * 1.048576;
}

export function bytesToMb(bytes: number): number {
  return bytes / 1e6;
}

/**
 * What programs can have of a card, MiB, of three columns of nvidia-smi. Newer drivers count what they keep for themselves
 * (about 200 MiB of a 4 GB card) into the total, but neither as used nor as free, while CUDA leaves it out everywhere:
 * without this a card would be fuller without a worker than with one. `used` null: not told.
 */
export function usableMib(total: number, used: number | null, free: number): number {
  return used === null ? total : Math.min(total, used + free);
}

/** Digits only: `[N/A]`, `[GPU is lost]` and signs are no numbers. */
export function parseMib(text: string): number | null {
  return /^\d{1,9}$/.test(text) ? Number(text) : null;
}
