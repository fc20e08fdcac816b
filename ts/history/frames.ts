import { deflateRawSync, inflateRawSync } from 'node:zlib';
import crc32 from 'crc-32';

/** A frame: mark, length and checksum of what follows, both little-endian 32 bit, then the deflated text. */
const MARK = Buffer.from('SWH1', 'latin1');
const HEADER_BYTES = 12;
/** A minute of the busiest run takes a few kilobytes; more than this was not written by us. */
const LARGEST_FRAME_BYTES = 4_000_000;
const LARGEST_TEXT_BYTES = 64_000_000;

export function toFrame(text: string): Buffer {
  const body = deflateRawSync(Buffer.from(text));
  const header = Buffer.alloc(HEADER_BYTES);
  MARK.copy(header);
  header.writeUInt32LE(body.length, 4);
  header.writeInt32LE(crc32.buf(body), 8);
  return Buffer.concat([header, body]);
}

/** The texts of all whole frames; reading ends at the first that is torn or damaged. */
export function* readFrames(bytes: Buffer): Generator<string> {
  let at = 0;
  while (at + HEADER_BYTES <= bytes.length) {
    if (!bytes.subarray(at, at + MARK.length).equals(MARK)) return;
    const length = bytes.readUInt32LE(at + 4);
    const end = at + HEADER_BYTES + length;
    if (length > LARGEST_FRAME_BYTES || end > bytes.length) return;
    const body = bytes.subarray(at + HEADER_BYTES, end);
    if (crc32.buf(body) !== bytes.readInt32LE(at + 8)) return;
    const text = inflate(body);
    if (text === null) return;
    yield text;
    at = end;
  }
}

function inflate(body: Buffer): string | null {
  try {
    return inflateRawSync(body, { maxOutputLength: LARGEST_TEXT_BYTES }).toString();
  } catch {
    return null;
  }
}
