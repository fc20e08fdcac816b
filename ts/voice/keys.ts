import type { TypedPiece } from '../domain/keys.js';

/** Text with keys as `<KEY:...>` markers: for people, files and clients only, never parsed back. */
export function renderMarkers(pieces: readonly TypedPiece[]): string {
  return pieces
    .map((piece) => (piece.kind === 'text' ? piece.text : `<KEY:${piece.key}>`))
    .join('');
}

/**
 * What one utterance types: its pieces, and one trailing space unless they end in a key or are empty. One that may be gone
 * on from (`open`) has no space yet: a comma could follow.
 */
export function forTyping(
  applied: { readonly pieces: readonly TypedPiece[] },
  open = false,
): readonly TypedPiece[] {
  const last = applied.pieces.at(-1);
  if (open || last === undefined || last.kind === 'key') return applied.pieces;
  return [...applied.pieces.slice(0, -1), { kind: 'text', text: `${last.text} ` }];
}
