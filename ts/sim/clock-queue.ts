interface Entry<Item> {
  readonly atS: number;
  readonly order: number;
  readonly item: Item;
}

/** A binary heap of things to come: earliest first, equal times in the order in which they were put in. */
export class ClockQueue<Item> {
  private readonly heap: Entry<Item>[] = [];
  private pushed = 0;

  /** Time of the earliest entry, Infinity when there is none. */
  earliestS(): number {
    return this.heap[0]?.atS ?? Number.POSITIVE_INFINITY;
  }

  push(atS: number, item: Item): void {
    this.pushed += 1;
    this.heap.push({ atS, order: this.pushed, item });
    this.rise(this.heap.length - 1);
  }

  pop(): Item | undefined {
    const top = this.heap[0];
    const last = this.heap.pop();
    if (top === undefined || last === undefined) return undefined;
    if (this.heap.length > 0) {
      this.heap[0] = last;
      this.sink(0);
    }
    return top.item;
  }

  private rise(from: number): void {
    let index = from;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!this.swapWhenEarlier(index, parent)) return;
      index = parent;
    }
  }

  private sink(from: number): void {
    let index = from;
    for (;;) {
      const left = 2 * index + 1;
      const child = this.isEarlier(left + 1, left) ? left + 1 : left;
      if (!this.swapWhenEarlier(child, index)) return;
      index = child;
    }
  }

  private swapWhenEarlier(low: number, high: number): boolean {
    const below = this.heap[low];
    const above = this.heap[high];
    if (below === undefined || above === undefined || !this.isEarlier(low, high)) return false;
    this.heap[low] = above;
    this.heap[high] = below;
    return true;
  }

  private isEarlier(index: number, other: number): boolean {
    const a = this.heap[index];
    const b = this.heap[other];
    if (a === undefined || b === undefined) return false;
    return a.atS < b.atS || (a.atS === b.atS && a.order < b.order);
  }
}
