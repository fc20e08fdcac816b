import { type FileHandle, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { INDEX_DRAFT_NAME, INDEX_NAME } from '../names.js';
import { writeAllAt } from '../write-all.js';
import { encodeLine } from './lines.js';
import type { JournalRecord } from './record.js';

/**
 * Zero bytes claimed ahead of the records: a change of state can then be written on a full disk, and a
 * flush does not have to update the length of the file.
 */
const CLAIM_BYTES = 16 * 1024;
const CLAIM_AGAIN_BYTES = 4 * 1024;

/** Appends records to the index. Only one call of `flush` or `rewrite` may run at a time. */
export class IndexWriter {
  readonly #dir: string;
  #file: FileHandle | null = null;
  #queue: Buffer[] = [];
  #position: number;
  #claimed: number;

  /** `validBytes`: where the last whole record of an existing index ends. */
  constructor(dir: string, validBytes: number) {
    this.#dir = dir;
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
    this.#queue.push(encodeLine(record));
  }

  /** Makes durable what was pushed. Throws what the disk says; the records stay queued then. */
  async flush(): Promise<void> {
    const lines = this.#queue.length;
    if (lines === 0) return;
    const bytes = Buffer.concat(this.#queue);
    const file = await this.#opened();
    await writeAllAt(file, bytes, this.#position);
    await file.datasync();
    this.#queue.splice(0, lines);
    this.#position += bytes.length;
    this.#claimed = Math.max(this.#claimed, this.#position);
    if (this.#claimed - this.#position < CLAIM_AGAIN_BYTES) await this.#claim();
  }

  /** Replaces the whole index, what is queued included, by `records`. Throws with the old one intact. */
  async rewrite(records: readonly JournalRecord[]): Promise<void> {
    const queued = this.#queue.length;
    const bytes = Buffer.concat(records.map(encodeLine));
    const draft = join(this.#dir, INDEX_DRAFT_NAME);
    const file = await open(draft, 'w', 0o600);
    try {
      await writeAllAt(file, Buffer.concat([bytes, Buffer.alloc(CLAIM_BYTES)]), 0);
      await file.datasync();
      await rename(draft, join(this.#dir, INDEX_NAME));
    } catch (cause) {
      await file.close();
      await unlink(draft).catch(() => {});
      throw cause;
    }
    await this.close();
    this.#file = file;
    this.#queue.splice(0, queued);
    this.#position = bytes.length;
    this.#claimed = bytes.length + CLAIM_BYTES;
    await syncDir(this.#dir);
  }

  async close(): Promise<void> {
    const file = this.#file;
    this.#file = null;
    await file?.close().catch(() => {});
  }

  /** What follows the last whole record is cut off, or it would be taken for a part of the next one. */
  async #opened(): Promise<FileHandle> {
    if (this.#file !== null) return this.#file;
    const file = await open(join(this.#dir, INDEX_NAME), 'a', 0o600);
    await file.close();
    this.#file = await open(join(this.#dir, INDEX_NAME), 'r+');
    await this.#file.truncate(this.#position);
    this.#claimed = this.#position;
    return this.#file;
  }

  async #claim(): Promise<void> {
    try {
      if (this.#file === null) return;
      await writeAllAt(this.#file, Buffer.alloc(CLAIM_BYTES), this.#claimed);
      this.#claimed += CLAIM_BYTES;
    } catch {
      // Only the reserve is missing: the next record tells whether the disk is full.
    }
  }
}

/** Makes a renamed file's new name durable. */
async function syncDir(dir: string): Promise<void> {
  try {
    const handle = await open(dir, 'r');
    await handle.sync().finally(() => handle.close());
  } catch {
    // Some file systems can't flush a folder; the rename itself has happened.
  }
}
