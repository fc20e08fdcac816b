/**
 * The one queue. Whatever happens outside (a message, a timer, the end of slow work) is posted as a task; tasks
 * run one after another to their end, so no value changes under a decision. A task that throws is reported
 * and does not stop the ones behind it.
 */
export class Loop {
  private readonly tasks: (() => void)[] = [];
  private running = false;

  constructor(
    private readonly afterEach: () => void,
    private readonly onError: (error: unknown) => void,
  ) {}

  /** Runs `task` after all that were posted before it; never inside another task. */
  post(task: () => void): void {
    this.tasks.push(task);
    if (!this.running) this.drain();
  }

  /** Posts what becomes of slow work; a rejection is an error of the program. */
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void {
    work.then(
      (value) => this.post(() => then(value)),
      (error: unknown) => this.onError(error),
    );
  }

  private drain(): void {
    this.running = true;
    for (let task = this.tasks.shift(); task !== undefined; task = this.tasks.shift()) {
      this.run(task);
    }
    this.running = false;
  }

  private run(task: () => void): void {
    try {
      task();
      this.afterEach();
    } catch (error) {
      this.onError(error);
    }
  }
}
