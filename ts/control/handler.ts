import type { DaemonState } from '../domain/state.js';

/** How a toggle ended. `words` and `wpm` count the session that was stopped, 0 where one was started. */
export interface ToggleOutcome {
  readonly state: DaemonState;
  readonly session: number;
  readonly words: number;
  readonly wpm: number;
}

/** What the two control sockets need from the daemon. */
export interface ControlHandler {
  toggle(): Promise<ToggleOutcome>;
  state(): DaemonState;
  /** Called after the reply was handed to the kernel where there is one; must not throw. */
  shutdown(): void;
}

/** Whatever was opened, with its one way to close it. Closing twice is harmless. */
export interface Owner {
  close(): Promise<void>;
}
