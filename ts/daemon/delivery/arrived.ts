import type { TypedPiece } from '../../domain/keys.js';
import { CLIPBOARD } from '../../inject/sink.js';
import type { JournalPort } from '../ports.js';

/** Keys that have a character, which can be pasted. */
const PASTEABLE = new Set(['Return', 'Tab']);

/**
 * An utterance is at its end: typed, or in the clipboard, where it is only until something else is copied.
 * `keepHours`: how long its audio is kept in any case.
 */
export function arrived(
  journal: Pick<JournalPort, 'delivered' | 'copied'>,
  { id, keepHours }: { readonly id: number; readonly keepHours: number },
  by: string,
  pieces: readonly TypedPiece[],
): void {
  const holdsText = pieces.some((piece) => piece.kind === 'text' || PASTEABLE.has(piece.key));
  if (by === CLIPBOARD && holdsText) journal.copied(id);
  else journal.delivered(id, keepHours);
}
