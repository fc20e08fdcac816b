/** A task that runs one at a time, however often it is asked for. */
export class SerialTask {
  readonly #run: () => Promise<void>;
  #running: Promise<void> | null = null;
  #next: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;

  /** `run` must not reject. */
  constructor(run: () => Promise<void>) {
    this.#run = run;
  }

  /** Resolves when a run that began after this call has ended. */
  now(): Promise<void> {
    this.cancel();
    if (this.#running === null) return this.#start();
    this.#next ??= this.#running.then(() => {
      this.#next = null;
      return this.#start();
    });
    return this.#next;
  }

  /** Runs at most `delayMs` from now; an earlier date that is already set stays. */
  within(delayMs: number): void {
    if (this.#timer !== null || this.#next !== null) return;
    this.#timer = setTimeout(() => void this.now(), delayMs);
  }

  /** Forgets the date; a run that has begun goes on. */
  cancel(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #start(): Promise<void> {
    this.cancel();
    this.#running = this.#run().finally(() => {
      this.#running = null;
    });
    return this.#running;
  }
}
