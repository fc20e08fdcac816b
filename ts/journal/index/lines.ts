import crc32 from 'crc-32';
import { z } from 'zod';
import { type JournalRecord, parseRecord } from './record.js';

const CRC_DIGITS = 8;
const LINE_FEED = 0x0a;

/** What a log of records holds, see docs/journal-format.md. */
export interface DecodedLog {
  readonly records: readonly JournalRecord[];
  /** End of the last record that counts: what follows it is no record, or belongs to a write that was cut off. */
  readonly validBytes: number;
  /** The number of the last batch, 0 where there is none. */
  readonly lastBatch: number;
  /** A write that was not flushed before the power went, of which only parts are there. Empty when all is well. */
  readonly torn: Buffer;
  /** Lines before the last whole record that can't be read although they were flushed: corruption. */
  readonly damaged: readonly Buffer[];
}

/** Where a record stands among those that one flush made durable: `b` counts the batches of a file, `e` marks the last one. */
const placeSchema = z.object({ b: z.number().int().nonnegative(), e: z.literal(1).optional() });

interface Line {
  readonly record: JournalRecord;
  readonly end: number;
  /** Null for a record of a version that did not number its batches. */
  readonly batch: number | null;
  readonly isLast: boolean;
}

/** What stands between two records and is none. */
interface Hole {
  readonly start: number;
  readonly lines: readonly Buffer[];
  readonly before: Line | null;
  readonly after: Line;
}

/** The lines of records that are flushed together. JSON never holds a bare line feed. */
export function encodeBatch(records: readonly JournalRecord[], batch: number): Buffer {
  const last = records.length - 1;
  return Buffer.concat(
    records.map((record, at) => encodeLine({ ...record, b: batch, ...(at === last && { e: 1 }) })),
  );
}

/** `CRC32 as 8 hex digits`, space, JSON, line feed. */
function encodeLine(value: object): Buffer {
  const json = Buffer.from(JSON.stringify(value), 'utf8');
  return Buffer.concat([Buffer.from(`${checksum(json)} `), json, Buffer.from('\n')]);
}

/**
 * Reads a log. It never fails: a line that can't be read is set aside and the next one is tried. Zero bytes at the end are
 * space that was claimed ahead of need. A hole in the last batch is a write that was cut off: it ends the log.
 */
export function decodeLog(log: Buffer): DecodedLog {
  const { lines, holes } = readLines(log);
  const lastBatch = lines.at(-1)?.batch ?? 0;
  const cut = holes.find((hole) => isCutOffWrite(hole, lastBatch));
  const whole = cut === undefined ? lines : lines.filter(({ end }) => end <= cut.start);
  const validBytes = whole.at(-1)?.end ?? 0;
  return {
    records: whole.map(({ record }) => record),
    validBytes,
    lastBatch: whole.at(-1)?.batch ?? 0,
    torn: withoutTrailingZeros(log.subarray(validBytes)),
    damaged: holes.filter((hole) => hole !== cut).flatMap((hole) => hole.lines),
  };
}

/** Blocks of one write reach the disk in any order, so its later records may be there without the earlier ones. */
function isCutOffWrite({ before, after, lines }: Hole, lastBatch: number): boolean {
  if (after.batch === null || after.batch !== lastBatch) return false;
  if (!lines.some((line) => line.includes(0))) return false;
  if (before === null || before.batch === lastBatch) return true;
  return before.batch === lastBatch - 1 && before.isLast;
}

function readLines(log: Buffer): { lines: readonly Line[]; holes: readonly Hole[] } {
  const lines: Line[] = [];
  const holes: Hole[] = [];
  let unread: Buffer[] = [];
  for (const [start, end] of lineBounds(log)) {
    const line = decodeLine(log.subarray(start, end), end);
    if (line === null) {
      unread.push(log.subarray(start, end));
      continue;
    }
    const before = lines.at(-1) ?? null;
    if (unread.length > 0)
      holes.push({ start: before?.end ?? 0, lines: unread, before, after: line });
    lines.push(line);
    unread = [];
  }
  return { lines, holes };
}

function decodeLine(line: Buffer, end: number): Line | null {
  if (line.length < CRC_DIGITS + 2) return null;
  const json = line.subarray(CRC_DIGITS + 1, line.length - 1);
  if (line.toString('latin1', 0, CRC_DIGITS + 1) !== `${checksum(json)} `) return null;
  const text = json.toString('utf8');
  const record = parseRecord(text);
  if (record === null) return null;
  const place = placeSchema.safeParse(JSON.parse(text));
  const [batch, isLast] = place.success ? [place.data.b, place.data.e === 1] : [null, false];
  return { record, end, batch, isLast };
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
