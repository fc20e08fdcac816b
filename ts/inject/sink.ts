import type { TypedPiece } from '../domain/keys.js';

/**
 * What became of a delivery. `piecesDone` counts the pieces of `cutPieces(pieces)` that are known to have
 * arrived. `uncertain`: the piece after them may have arrived in part, nobody can know.
 */
export type DeliveryOutcome =
  | { readonly kind: 'delivered'; readonly by: string }
  | {
      readonly kind: 'failed';
      readonly piecesDone: number;
      readonly uncertain: boolean;
      readonly message: string;
    };

/** Named as `by`: all that was left is in the clipboard, and in a window only once somebody pastes it. */
export const CLIPBOARD = 'clipboard';

/** Where text goes. One delivery at a time; the owner closes it. */
export interface Sink {
  readonly name: string;
  /**
   * Delivers text and keys in order. `onProgress` gets the number of pieces that have arrived so far,
   * counted as in `cutPieces(pieces)`. Never rejects. An abort ends it within a second.
   */
  deliver(
    pieces: readonly TypedPiece[],
    onProgress: (piecesDone: number) => void,
    signal: AbortSignal,
  ): Promise<DeliveryOutcome>;
  close(): Promise<void>;
}

/** What came of one call of an injector. `unknown`: it was ended in the middle. */
export type Attempt =
  | { readonly kind: 'typed' }
  | { readonly kind: 'not_typed' | 'unknown'; readonly message: string };

/** One way of typing. */
export interface Injector {
  readonly name: string;
  /** Null where it can work now, else what is missing. */
  obstacle(): string | null | Promise<string | null>;
  /** Asks for what it needs of the desktop, so that no text has to wait for it. */
  begin?(): Promise<void>;
  /** Gives back what it has taken of the desktop. */
  close?(): Promise<void>;
  /** Types the first of `pieces`, or as many as it takes at once, and says how many those are. */
  type(
    pieces: readonly TypedPiece[],
    signal: AbortSignal,
  ): Promise<{ readonly pieces: number; readonly attempt: Attempt }>;
}
