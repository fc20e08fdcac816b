import { isUtf8 } from 'node:buffer';

/** Deepest nesting of maps and lists that is read. */
const MAX_DEPTH = 32;

/**
 * Why `bytes` are not exactly one msgpack value of the kind that we read, or null when they are: nothing
 * missing or left over, at most 32 levels deep, text is UTF-8, keys are text, no extension types.
 * It runs before the decoder, which would allocate whatever a header of five bytes announces.
 */
export function findMsgpackFlaw(bytes: Buffer): string | null {
  try {
    const end = skipValue(bytes, 0, 0);
    return end === bytes.length ? null : 'bytes follow the message';
  } catch (error) {
    if (error instanceof Flaw) return error.message;
    throw error;
  }
}

class Flaw extends Error {}

/** Each `skip` returns the offset behind what it read, or throws a `Flaw`. */
function skipValue(bytes: Buffer, at: number, depth: number): number {
  if (depth > MAX_DEPTH) throw new Flaw(`nested deeper than ${MAX_DEPTH} levels`);
  const tag = readNumber(bytes, at, 1);
  const next = at + 1;
  if (tag <= 0x7f || tag >= 0xe0) return next;
  if (tag <= 0x8f) return skipMap(bytes, next, tag & 0x0f, depth);
  if (tag <= 0x9f) return skipItems(bytes, next, tag & 0x0f, depth);
  if (tag <= 0xbf) return skipText(bytes, next, tag & 0x1f);
  return skipTagged(bytes, next, tag, depth);
}

/** Sizes in bytes of the fixed values by tag: nil, booleans, floats, integers. */
const FIXED_SIZES = new Map([
  [0xc0, 0],
  [0xc2, 0],
  [0xc3, 0],
  [0xca, 4],
  [0xcb, 8],
  [0xcc, 1],
  [0xcd, 2],
  [0xce, 4],
  [0xcf, 8],
  [0xd0, 1],
  [0xd1, 2],
  [0xd2, 4],
  [0xd3, 8],
]);

function skipTagged(bytes: Buffer, at: number, tag: number, depth: number): number {
  const fixed = FIXED_SIZES.get(tag);
  if (fixed !== undefined) return skipBytes(bytes, at, fixed);
  const width = sizeWidth(tag);
  const size = readNumber(bytes, at, width);
  const next = at + width;
  if (tag <= 0xc6) return skipBytes(bytes, next, size);
  if (tag <= 0xdb) return skipText(bytes, next, size);
  if (tag <= 0xdd) return skipItems(bytes, next, size, depth);
  return skipMap(bytes, next, size, depth);
}

/** Bytes of the size that follows a tag of bin (c4-c6), str (d9-db), array (dc, dd) or map (de, df). */
function sizeWidth(tag: number): number {
  if (tag >= 0xc4 && tag <= 0xc6) return 2 ** (tag - 0xc4);
  if (tag >= 0xd9 && tag <= 0xdb) return 2 ** (tag - 0xd9);
  if (tag >= 0xdc && tag <= 0xdf) return tag % 2 === 0 ? 2 : 4;
  throw new Flaw(`type 0x${tag.toString(16)} is not used here`);
}

function skipMap(bytes: Buffer, from: number, entries: number, depth: number): number {
  let at = from;
  for (let entry = 0; entry < entries; entry += 1) {
    if (!isTextTag(readNumber(bytes, at, 1))) throw new Flaw('a key is not text');
    at = skipValue(bytes, at, depth + 1);
    at = skipValue(bytes, at, depth + 1);
  }
  return at;
}

function isTextTag(tag: number): boolean {
  return (tag >= 0xa0 && tag <= 0xbf) || (tag >= 0xd9 && tag <= 0xdb);
}

function skipItems(bytes: Buffer, from: number, items: number, depth: number): number {
  let at = from;
  for (let item = 0; item < items; item += 1) at = skipValue(bytes, at, depth + 1);
  return at;
}

function skipText(bytes: Buffer, at: number, size: number): number {
  const end = skipBytes(bytes, at, size);
  if (!isUtf8(bytes.subarray(at, end))) throw new Flaw('text is not UTF-8');
  return end;
}

function skipBytes(bytes: Buffer, at: number, size: number): number {
  if (at + size > bytes.length) throw new Flaw('cut off');
  return at + size;
}

function readNumber(bytes: Buffer, at: number, width: number): number {
  skipBytes(bytes, at, width);
  return bytes.readUIntBE(at, width);
}
