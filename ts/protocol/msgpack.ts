import { Packr, Unpackr } from 'msgpackr';
import { findMsgpackFlaw } from './msgpack-flaw.js';

/**
 * Maps stay maps (no records), sizes are minimal and numbers are integers or float64: the bytes that
 * Python's msgpack writes for the same values, except that a whole number is always an integer here.
 */
const packr = new Packr({ useRecords: false, variableMapSize: true, encodeUndefinedAsNil: true });
const unpackr = new Unpackr({
  useRecords: false,
  mapsAsObjects: true,
  // The declared type lists the names with quotes inside the quotes.
  int64AsType: 'auto' as never,
});

/** Encodes one value; `Buffer` becomes bin, the order of keys is kept. */
export function encodeMsgpack(value: unknown): Buffer {
  return packr.pack(value);
}

export type Decoded<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly message: string };

/** Decodes exactly one value; a 64-bit number beyond 2^53 becomes a bigint, bin a `Buffer`. */
export function decodeMsgpack(bytes: Buffer): Decoded<unknown> {
  const flaw = findMsgpackFlaw(bytes);
  if (flaw !== null) return { ok: false, message: `not a msgpack message: ${flaw}` };
  const value: unknown = unpackr.unpack(bytes);
  return { ok: true, value };
}
