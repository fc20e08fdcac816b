/** Wait before the next attempt: 0.1 s, then doubled, at most 5 s. */
const FIRST_WAIT_S = 0.1;
const LONGEST_WAIT_S = 5;
/** Sound for this long, one second, means that the program works: the next wait is short again. */
const WORKING_SAMPLES = 16_000;

/** Which program is tried next, and when. */
export class Attempts {
  private untried: number[];
  private failures = 0;
  private timer: NodeJS.Timeout | undefined;

  /** All programs, beginning with the one that worked before. */
  constructor(
    private readonly programs: number,
    private choice: number,
  ) {
    this.untried = this.inOrder();
  }

  hasUntried(wanted: (index: number) => boolean): boolean {
    return this.untried.some(wanted);
  }

  /** The next program; where all were tried, the choice moves on to the one behind. */
  next(wanted: (index: number) => boolean): number | null {
    const index = this.untried.find(wanted) ?? (this.untried.length === 0 ? this.choice : null);
    this.untried = this.untried.filter((other) => other !== index);
    return index;
  }

  /** A second run of the program that works; each one behind it that gives nothing makes room for the next. */
  challenge(): number {
    const index = this.choice;
    this.choice = (this.choice + 1) % this.programs;
    return index;
  }

  succeeded(index: number): void {
    this.choice = index;
    this.untried = this.inOrder();
  }

  /** A run ended after so many samples. Returns the wait before the next one; the first round goes without. */
  failed(samples: number): number {
    if (samples >= WORKING_SAMPLES) this.failures = 0;
    const untried = samples === 0 && this.untried.length > 0;
    const round = Math.max(0, samples === 0 ? this.failures - this.programs + 1 : this.failures);
    this.failures += 1;
    if (samples === 0 && !untried) this.choice = (this.choice + 1) % this.programs;
    return untried ? 0 : Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** round);
  }

  after(waitS: number, then: () => void): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(then, waitS * 1e3);
  }

  cancel(): void {
    clearTimeout(this.timer);
  }

  private inOrder(): number[] {
    return Array.from({ length: this.programs }, (_, at) => (this.choice + at) % this.programs);
  }
}
