/**
 * Runs `work` once for any number of requests that come while it runs or within `gapMs` after it, so that
 * a burst of events costs one look at the daemon.
 */
export class Refresher {
  readonly #work: () => Promise<void>;
  readonly #gapMs: number;
  readonly #onError: (error: unknown) => void;
  #wanted = false;
  #running = false;

  constructor(work: () => Promise<void>, gapMs: number, onError: (error: unknown) => void) {
    this.#work = work;
    this.#gapMs = gapMs;
    this.#onError = onError;
  }

  request(): void {
    this.#wanted = true;
    if (!this.#running) this.#run().catch(this.#onError);
  }

  async #run(): Promise<void> {
    this.#running = true;
    try {
      while (this.#wanted) {
        this.#wanted = false;
        await this.#work();
        await new Promise((resolve) => setTimeout(resolve, this.#gapMs));
      }
    } finally {
      this.#running = false;
    }
  }
}
