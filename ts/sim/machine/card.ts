import type { Allocator } from './allocator.js';

/**
 * The card's memory as its driver sees it, in MB: what every process holds, contexts included.
 * `wantedMb` of other programs is a demand: they take at once whatever is free, never more than there is.
 */
export class Card {
  readonly totalMb: number;
  wantedMb = 0;
  driverGone = false;
  /** Whether a measurement has failed since the driver went: one fault, however often it is measured. */
  lossNoticed = false;
  private readonly holders = new Set<Allocator>();

  constructor(totalMb: number) {
    this.totalMb = totalMb;
  }

  /** Opens a context on the card; false where it does not fit. */
  attach(holder: Allocator): boolean {
    if (holder.heldMb() > this.freeMb()) return false;
    this.holders.add(holder);
    return true;
  }

  /** The end of a process gives back all that it held. */
  detach(holder: Allocator): void {
    this.holders.delete(holder);
  }

  freeMb(): number {
    return Math.max(0, this.totalMb - this.oursMb() - this.wantedMb);
  }

  /** MB by which the programs on the card ask for more than it has, caches left aside. */
  shortageMb(): number {
    let neededMb = this.wantedMb;
    for (const holder of this.holders) neededMb += holder.neededMb();
    return Math.max(0, neededMb - this.totalMb);
  }

  private oursMb(): number {
    let sum = 0;
    for (const holder of this.holders) sum += holder.heldMb();
    return sum;
  }
}
