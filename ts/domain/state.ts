/** What a person sees. `processing`: recording is off, but text is still on its way. */
export type DaemonState = 'idle' | 'recording' | 'processing' | 'error';

/** States of an utterance in the journal, see docs/journal-format.md. @forTests The page is held to it. */
export const UTTERANCE_STATES = [
  'recorded',
  'transcribed',
  'delivering',
  'delivered',
  'pending',
] as const;
export type UtteranceState = (typeof UTTERANCE_STATES)[number];

/** Why an utterance waits for a person. */
export type PendingReason =
  | 'daemon_restarted'
  | 'may_already_be_typed'
  | 'injector_failed'
  /** Another window has the focus than the one it was spoken into. */
  | 'window_changed'
  | 'screen_locked'
  /** It was copied for somebody to paste, and the program that held it has ended with an earlier run. */
  | 'in_clipboard'
  | 'cancelled'
  | 'transcription_failed'
  | 'shutdown';
