import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { TypedPiece } from '../../ts/domain/keys.js';
import { cutPieces, MAX_CHARACTERS, MAX_DISTINCT } from '../../ts/inject/cut-pieces.js';
import { withMarkers } from '../../ts/inject/markers.js';
import { key, text } from './harness.js';

const piece: fc.Arbitrary<TypedPiece> = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 300 }).map(text),
  fc.string({ unit: 'binary', maxLength: 100 }).map(text),
  fc.constantFrom('Return', 'ctrl-c').map(key),
);
const pieces = fc.array(piece, { maxLength: 6 });
const graphemesOf = (value: string) =>
  [...new Intl.Segmenter(undefined, { granularity: 'grapheme' }).segment(value)].map(
    (s) => s.segment,
  );

describe('cutting text into calls', () => {
  it('keeps every character and key, in order', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        expect(withMarkers(cutPieces(all))).toBe(withMarkers(all));
      }),
    );
  });

  it('gives each call at most 13 distinct characters', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        for (const part of cutPieces(all)) {
          if (part.kind === 'key') continue;
          expect(part.text.length).toBeGreaterThan(0);
          expect([...part.text].length).toBeLessThanOrEqual(MAX_CHARACTERS);
          expect(new Set(part.text).size).toBeLessThanOrEqual(MAX_DISTINCT);
        }
      }),
    );
  });

  it('never cuts a character that a person sees as one and that fits', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 200 }), (value) => {
        const ends = new Set<number>();
        let end = 0;
        for (const grapheme of graphemesOf(value)) {
          end += grapheme.length;
          if (new Set(grapheme).size <= MAX_DISTINCT) ends.add(end);
        }
        let at = 0;
        for (const part of cutPieces([text(value)])) {
          at += part.kind === 'text' ? part.text.length : 0;
          expect(ends.has(at)).toBe(true);
        }
      }),
    );
  });

  it('changes nothing when done again, so that progress can be counted', () => {
    fc.assert(
      fc.property(pieces, (all) => {
        expect(cutPieces(cutPieces(all))).toEqual(cutPieces(all));
      }),
    );
  });

  it('cuts even one character that is too long for a call', () => {
    const zalgo = `a${Array.from({ length: 40 }, (_, i) => String.fromCodePoint(0x300 + i)).join('')}`;
    const parts = cutPieces([text(zalgo)]);
    expect(withMarkers(parts)).toBe(zalgo);
    expect(parts.length).toBe(4);
  });
});
