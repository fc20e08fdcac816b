import type { PendingReason } from '../domain/state.js';

/** Whether `--exit-when-done` is over, and how: counts what the end of a played file depends on. */
export class ExitWhenDone {
  private failed = 0;
  private sourceEnded = false;

  constructor(private readonly wanted: boolean) {}

  /** The last sound file was played. */
  endOfSource(): void {
    this.sourceEnded = true;
  }

  /** A sound file could not be read, or not to its end. */
  sourceFailed(): void {
    this.failed += 1;
  }

  /** A text waits for a person. What an earlier run left, or a person took back, is no failure of this one. */
  textKept(reason: PendingReason): void {
    if (reason !== 'daemon_restarted' && reason !== 'cancelled') this.failed += 1;
  }

  /** The exit code when everything is delivered, null before. */
  codeWhen(idle: boolean): number | null {
    if (!this.wanted || !this.sourceEnded || !idle) return null;
    return this.failed > 0 ? 1 : 0;
  }
}
