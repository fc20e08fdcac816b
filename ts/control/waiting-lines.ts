export interface LineLimits {
  /** How much may stand in one line. */
  readonly maxLength: number;
  /** How many bytes may stand in all lines together. */
  readonly maxBytes?: number;
}

/** Work in lines: within a line one after the other in the order of arrival, the lines beside each other. */
export class WaitingLines {
  private readonly lines = new Map<string, { length: number; last: Promise<void> }>();
  private bytes = 0;

  constructor(private readonly limits: LineLimits) {}

  /** Puts work of so many bytes at the end of a line; false where a limit is reached. Work that throws ends alone. */
  add(name: string, work: () => Promise<unknown>, bytes = 0): boolean {
    const { maxLength, maxBytes = Number.POSITIVE_INFINITY } = this.limits;
    const line = this.lines.get(name) ?? { length: 0, last: Promise.resolve() };
    if (line.length >= maxLength || this.bytes + bytes > maxBytes) return false;
    line.length += 1;
    this.bytes += bytes;
    this.lines.set(name, line);
    line.last = line.last
      .then(work)
      .then(ignore, ignore)
      .then(() => this.leave(name, line, bytes));
    return true;
  }

  /** Resolves when everything that stands in line now is done. */
  async allDone(): Promise<void> {
    await Promise.all([...this.lines.values()].map(({ last }) => last));
  }

  private leave(name: string, line: { length: number }, bytes: number): void {
    line.length -= 1;
    this.bytes -= bytes;
    if (line.length === 0) this.lines.delete(name);
  }
}

/** Whoever added the work has heard of its failure; the next in line must not suffer. */
function ignore(): void {}
