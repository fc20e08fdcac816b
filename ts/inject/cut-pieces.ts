import type { TypedPiece } from '../domain/keys.js';

/** wtype 0.4 types wrong characters from the 14th distinct one of a call on. @forTests */
export const MAX_DISTINCT = 13;
/**
 * wtype reads and maps up to 100 characters before it presses the first key, so a call with fewer that
 * exits with an error has typed nothing. Fewer still, so that little is in doubt when one is killed.
 * @forTests
 */
export const MAX_CHARACTERS = 64;

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' });

/**
 * The pieces in which a delivery is made and its progress is counted: text is cut so that each piece fits
 * into one call, between characters as people see them. Cutting them again changes nothing.
 */
export function cutPieces(pieces: readonly TypedPiece[]): readonly TypedPiece[] {
  return pieces.flatMap((piece) =>
    piece.kind === 'key' ? [piece] : cutText(piece.text).map(textPiece),
  );
}

function cutText(text: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  for (const unit of unitsOf(text)) {
    if (part !== '' && !fits(part + unit)) {
      parts.push(part);
      part = '';
    }
    part += unit;
  }
  return part === '' ? parts : [...parts, part];
}

/** Graphemes; one that is too long for a call by itself falls into its code points. */
function unitsOf(text: string): readonly string[] {
  return [...graphemes.segment(text)].flatMap(({ segment }) =>
    fits(segment) ? [segment] : [...segment],
  );
}

function fits(text: string): boolean {
  const characters = [...text];
  return characters.length <= MAX_CHARACTERS && new Set(characters).size <= MAX_DISTINCT;
}

function textPiece(text: string): TypedPiece {
  return { kind: 'text', text };
}

/** All text up to the next key: it is pasted at once. */
export function leadingTexts(pieces: readonly TypedPiece[]): readonly string[] {
  const end = pieces.findIndex((piece) => piece.kind === 'key');
  const until = end === -1 ? pieces.length : end;
  return pieces.slice(0, until).flatMap((piece) => (piece.kind === 'text' ? [piece.text] : []));
}
