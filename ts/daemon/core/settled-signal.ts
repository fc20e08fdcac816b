/** Lets others wait until something has changed, without polling. */
export class SettledSignal {
  private waiters: (() => void)[] = [];

  /** Resolves after the next change. */
  next(): Promise<void> {
    return new Promise((resolve) => this.waiters.push(resolve));
  }

  /** Something changed: whoever waits looks again. */
  changed(): void {
    const waiting = this.waiters;
    this.waiters = [];
    for (const wake of waiting) wake();
  }
}
