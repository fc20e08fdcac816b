/** The driver's tools report MiB (2^20 bytes), everything else here MB (10^6 bytes). */
export function mibToMb(mib: number): number {
  return mib * 1.048576;
}

export function bytesToMb(bytes: number): number {
  return bytes / 1e6;
}
