import { monotonicS } from '../system/clock.js';
import type { DiskHealth } from './disk-health.js';
import type { Piece } from './folder-reader.js';
import { readSamples } from './pcm-read.js';
import { RecordingWriter } from './recording-writer.js';
import { SerialTask } from './serial-task.js';

/** Written this often, so that the end of the process costs no more sound than that. */
const WRITE_MS = 50;
const RETRY_MS = 1_000;

export type IsAudioNeeded = (recording: number, fromSample: number, toSample: number) => boolean;

/** All recordings' sound: takes it at once, writes and flushes it in the background. */
export class AudioStore {
  readonly #dir: string;
  readonly #flushS: number;
  readonly #health: DiskHealth;
  readonly #isNeeded: IsAudioNeeded;
  readonly #onOverflow: () => void;
  readonly #writers = new Map<number, RecordingWriter>();
  readonly #task = new SerialTask(() => this.#run());
  #oldestUnsyncedS: number | null = null;
  #syncNow = false;

  constructor(options: {
    dir: string;
    flushMs: number;
    health: DiskHealth;
    isNeeded: IsAudioNeeded;
    onOverflow: () => void;
  }) {
    this.#dir = options.dir;
    this.#flushS = options.flushMs / 1000;
    this.#health = options.health;
    this.#isNeeded = options.isNeeded;
    this.#onOverflow = options.onOverflow;
  }

  get bytes(): number {
    return [...this.#writers.values()].reduce((sum, writer) => sum + writer.bytes, 0);
  }

  get flushedBehindMs(): number {
    return this.#oldestUnsyncedS === null ? 0 : (monotonicS() - this.#oldestUnsyncedS) * 1000;
  }

  begin(recording: number, pieces: readonly Piece[] = []): void {
    this.#writers.set(recording, new RecordingWriter(this.#dir, recording, pieces));
  }

  endOf(recording: number): number {
    return this.#writers.get(recording)?.end ?? 0;
  }

  append(recording: number, pcm: Buffer): void {
    const writer = this.#writers.get(recording);
    if (writer === undefined) return;
    const overflowed = writer.overflowed;
    writer.append(pcm);
    if (writer.overflowed && !overflowed) this.#onOverflow();
    this.#oldestUnsyncedS ??= monotonicS();
    this.#task.within(this.#health.onDisk ? WRITE_MS : RETRY_MS);
  }

  async read(recording: number, fromSample: number, toSample: number): Promise<Buffer> {
    const writer = this.#writers.get(recording);
    if (writer === undefined) return await readSamples([], [], fromSample, toSample);
    return await writer.read(fromSample, toSample);
  }

  /** Writes and flushes all that has arrived. */
  async flush(): Promise<void> {
    this.#syncNow = true;
    await this.#task.now();
  }

  /** Deletes what nothing needs; false when nothing of the recording is left. */
  async sweep(recording: number, ended: boolean): Promise<boolean> {
    const writer = this.#writers.get(recording);
    if (writer === undefined) return false;
    await writer.sweep((from, to) => this.#isNeeded(recording, from, to), ended);
    return writer.pieces.length > 0 || writer.hasUnwritten || !ended;
  }

  forget(recording: number): void {
    this.#writers.delete(recording);
  }

  async close(): Promise<void> {
    await this.flush();
    this.#task.cancel();
    for (const writer of this.#writers.values()) await writer.close();
  }

  async #run(): Promise<void> {
    try {
      for (const [id, writer] of this.#writers) {
        if (!this.#health.onDisk) writer.forgetUnneeded((from, to) => this.#isNeeded(id, from, to));
        await writer.write();
      }
      if (this.#syncNow || this.flushedBehindMs / 1000 >= this.#flushS) await this.#sync();
      this.#health.worked('audio');
      if (this.#oldestUnsyncedS !== null) this.#task.within(WRITE_MS);
    } catch (cause) {
      this.#health.failed('audio', cause);
      this.#task.within(RETRY_MS);
    }
  }

  async #sync(): Promise<void> {
    const startedS = monotonicS();
    this.#syncNow = false;
    for (const writer of this.#writers.values()) await writer.sync();
    const waiting = [...this.#writers.values()].some((writer) => writer.hasUnwritten);
    this.#oldestUnsyncedS = waiting ? startedS : null;
  }
}
