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

/** What is listened to at paths of the file system. Closing twice is harmless. */
export interface Listener {
  /** By each path how it is listened there again where its file was removed; nobody who is connected notices. */
  readonly places: ReadonlyMap<string, () => Promise<void>>;
  close(): Promise<void>;
}
