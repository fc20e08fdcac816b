const EACH_MS = 1_000;

/** Calls `each` every second of a recording, and never while nothing is recorded. */
export class WhileRecording {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly each: () => void) {}

  /** Call it whenever recording may have begun or ended. */
  follow(recording: boolean): void {
    if (recording === (this.timer !== undefined)) return;
    if (recording) this.timer = setInterval(this.each, EACH_MS).unref();
    else this.close();
  }

  close(): void {
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
