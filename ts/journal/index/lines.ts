import crc32 from 'crc-32';
import { type JournalRecord, parseRecord } from './record.js';

const CRC_DIGITS = 8;
const LINE_FEED = 0x0a;

/** What a log of records holds, see docs/journal-format.md. */
export interface DecodedLog {
  readonly records: readonly JournalRecord[];
  /** End of the last whole record: what follows it is no record. */
  readonly validBytes: number;
  /** The end of the log where it is not whole: a write that was cut off. Empty when all is well. */
  readonly torn: Buffer;
  /** Lines before the last whole record that can't be read: corruption, not a cut-off write. */
  readonly damaged: readonly Buffer[];
}

/** `CRC32 as 8 hex digits`, space, JSON, line feed. JSON never holds a bare line feed. */
export function encodeLine(record: JournalRecord): Buffer {
  const json = Buffer.from(JSON.stringify(record), 'utf8');
  return Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.from('\n')]);
}

/**
 * Reads a log. It never fails: a line that can't be read is set aside and the next one is tried.
 * Zero bytes at the end are space that was claimed ahead of need.
 */
export function decodeLog(log: Buffer): DecodedLog {
  const records: JournalRecord[] = [];
  const damaged: Buffer[] = [];
  let unread: Buffer[] = [];
  let validBytes = 0;
  for (const [start, end] of lineBounds(log)) {
    const record = decodeLine(log.subarray(start, end));
    if (record === null) {
      unread.push(log.subarray(start, end));
      continue;
    }
    records.push(record);
    damaged.push(...unread);
    unread = [];
    validBytes = end;
  }
  return { records, validBytes, torn: withoutTrailingZeros(log.subarray(validBytes)), damaged };
}

function decodeLine(line: Buffer): JournalRecord | null {
  if (line.length < CRC_DIGITS + 2) return null;
  const json = line.subarray(CRC_DIGITS + 1, line.length - 1);
  if (line.toString('latin1', 0, CRC_DIGITS + 1) !== `${checksum(json)} `) return null;
  return parseRecord(json.toString('utf8'));
}

function* lineBounds(log: Buffer): Generator<readonly [number, number]> {
  let start = 0;
  for (;;) {
    const lineFeed = log.indexOf(LINE_FEED, start);
    if (lineFeed === -1) return;
    yield [start, lineFeed + 1];
    start = lineFeed + 1;
  }
}

function checksum(bytes: Buffer): string {
  return (crc32.buf(bytes) >>> 0).toString(16).padStart(CRC_DIGITS, '0');
}

function withoutTrailingZeros(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return bytes.subarray(0, end);
}
