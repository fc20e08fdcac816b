import type { DaemonState } from '../../domain/state.js';
import type { Dictation } from './dictation.js';
import type { Loop } from './loop.js';

/** Two presses within this time are one whose key has bounced. */
const BOUNCE_S = 0.15;

export interface ToggleParts {
  readonly loop: Pick<Loop, 'post'>;
  readonly dictation: Pick<Dictation, 'isRecording'>;
  readonly state: DaemonState;
  startRecording(): number;
  stopRecording(): number | null;
}

/** What a press has led to: the state, and the session that it started or ended. */
export interface Toggled {
  readonly state: DaemonState;
  readonly session: number;
}

/** What starts and ends a take: a key that the desktop lends, or a program by a command or a signal. */
export class ToggleKey {
  /** The last press that counted. */
  private last = { atS: Number.NEGATIVE_INFINITY, recording: false };

  constructor(
    private readonly parts: ToggleParts,
    private readonly nowS: () => number,
  ) {}

  /**
   * A finger's press of a key: one that comes with a bounce changes nothing. It is the time of the call that matters, not
   * of its turn on the queue.
   */
  press(): void {
    const atS = this.nowS();
    this.parts.loop.post(() => this.pressed(atS));
  }

  /** A program's: each one counts, in its turn on the queue; `read` runs in the same turn. */
  toggle<T>(read: (toggled: Toggled) => T): Promise<T> {
    const { loop } = this.parts;
    return new Promise((resolve) => loop.post(() => resolve(read(this.change()))));
  }

  private pressed(atS: number): void {
    const { dictation } = this.parts;
    if (atS - this.last.atS < BOUNCE_S && dictation.isRecording === this.last.recording) return;
    this.change();
    this.last = { atS, recording: dictation.isRecording };
  }

  private change(): Toggled {
    const { parts } = this;
    const session = parts.dictation.isRecording
      ? (parts.stopRecording() ?? 0)
      : parts.startRecording();
    return { state: parts.state, session };
  }
}
