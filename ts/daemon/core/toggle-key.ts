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

/** The key that starts and ends a take, however it comes: by the desktop, a command, a signal. */
export class ToggleKey {
  /** The last press that counted. */
  private last = { atS: Number.NEGATIVE_INFINITY, session: 0, recording: false };

  constructor(
    private readonly parts: ToggleParts,
    private readonly nowS: () => number,
  ) {}

  /**
   * Starts or ends a take in its turn on the queue; `read` runs in the same turn. A press that comes with a bounce changes nothing and
   * gets the answer of the one that counted. It is the time of the call that matters, not of the turn.
   */
  press<T>(read: (toggled: Toggled) => T): Promise<T> {
    const atS = this.nowS();
    const { loop } = this.parts;
    return new Promise((resolve) => loop.post(() => resolve(read(this.pressed(atS)))));
  }

  private pressed(atS: number): Toggled {
    const { parts } = this;
    const isBounce =
      atS - this.last.atS < BOUNCE_S && parts.dictation.isRecording === this.last.recording;
    if (!isBounce) {
      const recording = !parts.dictation.isRecording;
      const session = recording ? parts.startRecording() : (parts.stopRecording() ?? 0);
      this.last = { atS, session, recording };
    }
    return { state: parts.state, session: this.last.session };
  }
}
