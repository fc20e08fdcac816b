import type { TypedPiece } from '../domain/keys.js';
import type { PendingReason } from '../domain/state.js';
import type { DeliveryOutcome } from '../inject/sink.js';
import type { Stretch } from '../speech/pcm.js';
import type { Focus } from '../system/desktop/window/focus.js';

/** What the core needs of the journal; `ts/journal` is the real one. */
export interface JournalPort {
  beginRecording(): number;
  append(recording: number, pcm: Buffer): void;
  read(recording: number, fromSample: number, toSample: number): Promise<Buffer>;
  release(recording: number, belowSample: number): void;
  endRecording(recording: number): Promise<void>;
  recorded(utterance: { recording: number } & Stretch, typedBefore?: string): number;
  transcribed(id: number, text: string, info: { device: string; engine: string }): void;
  delivering(id: number): Promise<void>;
  progressed(id: number, pieces: number): void;
  delivered(id: number, keepHours?: number): void;
  pending(id: number, reason: PendingReason): void;
  copied(id: number): void;
}

/** A text that was delivered, and what was typed for it. */
export interface LastText {
  readonly pieces: readonly TypedPiece[];
  readonly text: string;
}

/** Why a text is not typed just now, although it could be. */
export interface Withheld {
  readonly reason: Extract<PendingReason, 'window_changed' | 'screen_locked'>;
  readonly message: string;
}

/** Watches over where a text goes. */
export interface WindowGuard {
  /** The window that somebody speaks into just now; null where that does not matter. */
  spokenInto(): Promise<Focus> | null;
  /** Null where the text may be typed now. */
  whyWithheld(spokenInto: Promise<Focus> | null): Promise<Withheld | null>;
}

export interface SinkPort {
  deliver(
    pieces: readonly TypedPiece[],
    onProgress: (piecesDone: number) => void,
    signal: AbortSignal,
  ): Promise<DeliveryOutcome>;
}
