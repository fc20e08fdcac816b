import type { Contents } from './contents.js';

export type ClipboardReading =
  | { readonly kind: 'contents'; readonly contents: Contents }
  | { readonly kind: 'failed'; readonly message: string };

/** The clipboard while a text of ours is in it. */
export interface ClipboardOwner {
  /** Somebody else has filled the clipboard, or our owner has died. */
  readonly isOver: boolean;
  /** How often the text was taken out of it so far. */
  readonly taken: number;
  /** Resolves when it is taken once more, when it is over, or after `waitMs`. */
  nextChange(waitMs: number): Promise<void>;
  /** Leaves the clipboard empty, where it is still ours. */
  end(): Promise<void>;
}

/** One way to the clipboard of a session. */
export interface ClipboardDoor {
  /** All windows know of new contents when nobody has asked for them for so long. */
  readonly settleMs: number;
  read(): Promise<ClipboardReading>;
  /** Null where it could not be filled. It ends with us. */
  own(text: string): Promise<ClipboardOwner | null>;
  /** Fills it for good, beyond our end. False where that could not be done. */
  keep(contents: Contents): Promise<boolean>;
}
