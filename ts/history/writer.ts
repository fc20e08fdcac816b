import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import type { HistoryItem } from '../domain/history.js';
import { encodeHistory } from '../protocol/history.js';
import { ensurePrivateDir } from '../system/private-dir.js';
import { historyName, pruneHistory } from './files.js';
import { toFrame } from './frames.js';

/** A killed daemon loses at most what came since the last block. */
const BLOCK_MS = 60_000;
const LARGEST_BLOCK = 5_000;
/** What waits while the disk takes nothing; the oldest go first. */
const MOST_WAITING = 20_000;
const DAY_S = 86_400;

export interface HistoryWriterOptions {
  readonly folder: string;
  readonly days: number;
  nowEpochS(): number;
  /** The disk takes nothing: told once, until it takes something again. */
  onProblem(message: string): void;
}

/**
 * Keeps the history of a run in blocks of a minute. Nothing is written, and no timer runs, while nothing happens.
 * Files 0600 in a folder 0700; nothing that it holds is text or sound.
 */
export class HistoryWriter {
  private waiting: HistoryItem[] = [];
  private timer: NodeJS.Timeout | null = null;
  private file: {
    readonly handle: FileHandle;
    readonly path: string;
    readonly day: number;
  } | null = null;
  private writing: Promise<void> = Promise.resolve();
  private failed = false;

  constructor(private readonly options: HistoryWriterOptions) {}

  add(items: readonly HistoryItem[]): void {
    if (items.length === 0) return;
    this.waiting.push(...items);
    if (this.waiting.length > MOST_WAITING) this.waiting.splice(0, items.length);
    if (this.waiting.length >= LARGEST_BLOCK && !this.failed) void this.flush();
    else this.arm();
  }

  /** Writes what waits; resolves when it is on the disk, or when the disk has refused it. */
  flush(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
    this.writing = this.writing.then(() => this.writeBlock());
    return this.writing;
  }

  async close(): Promise<void> {
    await this.flush();
    await this.file?.handle.close().catch(() => {});
    this.file = null;
  }

  private arm(): void {
    if (this.timer !== null) return;
    this.timer = setTimeout(() => void this.flush(), BLOCK_MS);
    this.timer.unref();
  }

  private async writeBlock(): Promise<void> {
    const items = this.waiting;
    if (items.length === 0) return;
    this.waiting = [];
    try {
      const handle = await this.opened();
      await handle.appendFile(toFrame(encodeHistory(items)));
      await handle.datasync();
      this.failed = false;
    } catch (cause) {
      this.waiting = [...items, ...this.waiting].slice(-MOST_WAITING);
      await this.giveUpFile();
      this.tellOnce(cause);
      this.arm();
    }
  }

  /** A part of a block may have been written: nothing may follow it in the same file. */
  private async giveUpFile(): Promise<void> {
    await this.file?.handle.close().catch(() => {});
    this.file = null;
  }

  private tellOnce(cause: unknown): void {
    if (this.failed) return;
    this.failed = true;
    const reason = cause instanceof Error && 'code' in cause ? cause.code : String(cause);
    this.options.onProblem(
      `the history for \`swictation report\` can't be written to ${this.options.folder} (${reason}); dictation goes on`,
    );
  }

  private async opened(): Promise<FileHandle> {
    const { folder, days, nowEpochS } = this.options;
    const day = Math.floor(nowEpochS() / DAY_S);
    if (this.file !== null && this.file.day === day) return this.file.handle;
    await this.giveUpFile();
    ensurePrivateDir(folder);
    const path = join(folder, historyName(nowEpochS(), process.pid));
    const handle = await open(path, 'ax', 0o600);
    this.file = { handle, path, day };
    pruneHistory(folder, days, nowEpochS(), path);
    return handle;
  }
}
