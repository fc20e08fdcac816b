import type { TypedPiece } from '../domain/keys.js';

/** What would be typed as one string, keys as `<KEY:...>`. */
export function withMarkers(pieces: readonly TypedPiece[]): string {
  return pieces
    .map((piece) => (piece.kind === 'text' ? piece.text : `<KEY:${piece.key}>`))
    .join('');
}
