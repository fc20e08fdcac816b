import type { OwnMemory } from '../../domain/memory.js';

/**
 * A caching allocator of one process on the card, in MB: what a call frees stays reserved until the cache is
 * emptied, and later requests are served from it first. Leaked memory stays active for good. Its rules are those of
 * test/fixtures/allocator/cases.json, which the worker's model of segments keeps too; this one sums, so that a simulated
 * day takes seconds.
 */
export class Allocator {
  readonly contextMb: number;
  private activeMb = 0;
  private reservedMb = 0;
  private peakMb = 0;
  private startMb = 0;
  private retries = 0;

  constructor(contextMb: number) {
    this.contextMb = contextMb;
  }

  heldMb(): number {
    return this.contextMb + this.reservedMb;
  }

  /** What it holds without its cache. */
  neededMb(): number {
    return this.contextMb + this.activeMb;
  }

  /** Takes memory from the cache, then from the card; false, and nothing changed, where both do not suffice. */
  allocate(mb: number, cardFreeMb: number): boolean {
    const cachedMb = this.reservedMb - this.activeMb;
    if (mb > cachedMb + cardFreeMb) return false;
    if (mb > cardFreeMb && mb > cachedMb) this.retries += 1;
    this.reservedMb += Math.max(0, mb - cachedMb);
    this.activeMb += mb;
    this.peakMb = Math.max(this.peakMb, this.activeMb);
    return true;
  }

  /** Gives memory back to the cache. */
  release(mb: number): void {
    this.activeMb = Math.max(0, this.activeMb - mb);
  }

  emptyCache(): void {
    this.reservedMb = this.activeMb;
  }

  startRequest(): void {
    this.startMb = this.activeMb;
    this.peakMb = this.activeMb;
  }

  /** Peak of the request that ran last, above what was active before it. */
  requestPeakMb(): number {
    return this.peakMb - this.startMb;
  }

  /** What the worker would report of itself; `cardFreeMb` as the driver says it. */
  report(cardFreeMb: number): OwnMemory {
    const cachedMb = this.reservedMb - this.activeMb;
    return {
      contextMb: this.contextMb,
      allocatedMb: this.activeMb,
      activeMb: this.activeMb,
      reservedMb: this.reservedMb,
      inactiveSplitMb: 0,
      largestFreeMb: Math.max(cachedMb, cardFreeMb),
      allocRetries: this.retries,
      peakMb: this.peakMb,
    };
  }
}
