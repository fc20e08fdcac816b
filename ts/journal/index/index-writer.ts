import { join } from 'node:path';
import type { Disk, DiskFile } from '../disk.js';
import { INDEX_DRAFT_NAME, INDEX_NAME } from '../names.js';
import { encodeBatch } from './lines.js';
import type { JournalRecord } from './record.js';

/**
 * Zero bytes claimed ahead of the records: a change of state can then be written on a full disk, and a
 * flush does not have to update the length of the file.
 */
const CLAIM_BYTES = 16 * 1024;
const CLAIM_AGAIN_BYTES = 4 * 1024;

export interface IndexEnd {
  readonly validBytes: number;
  readonly lastBatch: number;
}

/** Appends records to the index. Only one call of `flush` or `rewrite` may run at a time. */
export class IndexWriter {
  readonly #dir: string;
  readonly #disk: Disk;
  #file: DiskFile | null = null;
  #queue: JournalRecord[] = [];
  /** The number of the next batch: what one flush makes durable. */
  #batch: number;
  #position: number;
  #claimed: number;

  /** `validBytes`: where the last whole record of an existing index ends, `lastBatch`: the number of its batch. */
  constructor(dir: string, disk: Disk, { validBytes, lastBatch }: IndexEnd) {
    this.#dir = dir;
    this.#disk = disk;
    this.#batch = lastBatch + 1;
    this.#position = validBytes;
    this.#claimed = validBytes;
  }

  get bytes(): number {
    return this.#claimed;
  }

  /** Bytes of records, without what is claimed ahead. */
  get recordBytes(): number {
    return this.#position;
  }

  push(record: JournalRecord): void {
    this.#queue.push(record);
  }

  /** Makes durable what was pushed. Throws what the disk says; the records stay queued then. */
  async flush(): Promise<void> {
    const lines = this.#queue.length;
    if (lines === 0) return;
    const bytes = encodeBatch(this.#queue, this.#batch);
    const file = await this.#opened();
    await file.write(bytes, this.#position);
    await file.datasync();
    this.#queue.splice(0, lines);
    this.#batch += 1;
    this.#position += bytes.length;
    this.#claimed = Math.max(this.#claimed, this.#position);
    if (this.#claimed - this.#position < CLAIM_AGAIN_BYTES) await this.#claim();
  }

  /** Replaces the whole index, what is queued included, by `records`. Throws with the old one intact. */
  async rewrite(records: readonly JournalRecord[]): Promise<void> {
    const queued = this.#queue.length;
    const bytes = encodeBatch(records, 0);
    const draft = join(this.#dir, INDEX_DRAFT_NAME);
    const file = await this.#disk.open(draft, 'w');
    try {
      await file.write(Buffer.concat([bytes, Buffer.alloc(CLAIM_BYTES)]), 0);
      await file.datasync();
      await this.#disk.rename(draft, join(this.#dir, INDEX_NAME));
    } catch (cause) {
      await file.close();
      await this.#disk.unlink(draft).catch(() => {});
      throw cause;
    }
    await this.close();
    this.#file = file;
    this.#queue.splice(0, queued);
    this.#batch = 1;
    this.#position = bytes.length;
    this.#claimed = bytes.length + CLAIM_BYTES;
    await this.#disk.syncFolder(this.#dir);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close().catch(() => {});
  }

  /** What follows the last whole record is cut off, or it would be taken for a part of the next one. */
  async #opened(): Promise<DiskFile> {
    if (this.#file !== null) return this.#file;
    const file = await this.#disk.open(join(this.#dir, INDEX_NAME), 'r+');
    this.#file = file;
    await file.truncate(this.#position);
    this.#claimed = this.#position;
    await this.#disk.syncFolder(this.#dir);
    return file;
  }

  async #claim(): Promise<void> {
    try {
      if (this.#file === null) return;
      await this.#file.write(Buffer.alloc(CLAIM_BYTES), this.#claimed);
      this.#claimed += CLAIM_BYTES;
    } catch {
      // Only the reserve is missing: the next record tells whether the disk is full.
    }
  }
}
