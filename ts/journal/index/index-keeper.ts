import type { DiskHealth } from '../disk-health.js';
import { SerialTask } from '../serial-task.js';
import type { IndexWriter } from './index-writer.js';
import type { JournalRecord } from './record.js';
import { recordsOf } from './records-of.js';
import type { JournalState } from './state.js';

/** Records that nothing waits for are flushed together. */
const DELAY_MS = 50;
const RETRY_MS = 1_000;
const COMPACT_BYTES = 256 * 1024;

export interface IndexKeeperPorts {
  readonly index: IndexWriter;
  readonly state: JournalState;
  readonly health: DiskHealth;
  /** The disk has no room for a second index: it is worth another try later. */
  compactLater(delayMs: number): void;
}

/** Brings the records to the disk, one write at a time, and keeps the index short. */
export class IndexKeeper {
  readonly #ports: IndexKeeperPorts;
  readonly #task = new SerialTask(() => this.#write());
  /** Recordings whose watermark rose; a watermark alone is not worth a write. */
  readonly #released = new Set<number>();
  #compactionDue = true;
  #closed = false;

  constructor(ports: IndexKeeperPorts) {
    this.#ports = ports;
  }

  get bytes(): number {
    return this.#ports.index.bytes;
  }

  /** Takes a record; it is on the disk within 50 ms, or with the next `flush`. */
  push(record: JournalRecord): void {
    this.#ports.index.push(record);
    this.#task.within(DELAY_MS);
  }

  /** The watermark of this recording rose: it goes along with the next write. */
  noteReleased(recording: number): void {
    this.#released.add(recording);
  }

  /** Resolves when everything so far is on the disk, or could not be written. */
  flush(): Promise<void> {
    return this.#task.now();
  }

  /** Writes the index anew, without what is over. */
  compact(): Promise<void> {
    this.#compactionDue = true;
    return this.#task.now();
  }

  /** No write is tried again from here on. */
  stop(): void {
    this.#closed = true;
  }

  async close(): Promise<void> {
    this.#task.cancel();
    await this.#ports.index.close();
  }

  async #write(): Promise<void> {
    const { index, health } = this.#ports;
    this.#queueReleased();
    try {
      if (this.#compactionDue || index.recordBytes > COMPACT_BYTES) await this.#rewrite();
      else await index.flush();
      health.worked('index');
    } catch (cause) {
      health.failed('index', cause);
      if (!this.#closed) this.#task.within(RETRY_MS);
    }
  }

  /** On a disk without room for a second index, the records go to the end of the first. */
  async #rewrite(): Promise<void> {
    const { index, state } = this.#ports;
    try {
      await index.rewrite(recordsOf(state));
      this.#compactionDue = false;
    } catch {
      await index.flush();
      if (!this.#closed) this.#ports.compactLater(RETRY_MS);
    }
  }

  #queueReleased(): void {
    for (const id of this.#released) {
      const below = this.#ports.state.recordings.get(id)?.released ?? 0;
      this.#ports.index.push({ t: 'released', recording: id, below });
    }
    this.#released.clear();
  }
}
