import { monotonicS } from '../../system/clock.js';
import type { DiskHealth } from '../disk-health.js';
import type { Piece } from '../folder-reader.js';
import { SerialTask } from '../serial-task.js';
import { Waiting } from '../waiting.js';
import { readSamples } from './pcm-read.js';
import { RecordingWriter, type SoundPlace } from './recording-writer.js';

const RETRY_MS = 1_000;

export type IsAudioNeeded = (recording: number, fromSample: number, toSample: number) => boolean;

/** All recordings' sound: takes it at once, writes and flushes it in the background. */
export class AudioStore {
  readonly #place: SoundPlace;
  readonly #flushMs: number;
  readonly #health: DiskHealth;
  readonly #isNeeded: IsAudioNeeded;
  readonly #onOverflow: () => void;
  readonly #writers = new Map<number, RecordingWriter>();
  readonly #writing = new SerialTask(() => this.#write());
  readonly #syncing = new SerialTask(() => this.#sync());
  /** When the oldest sound of each kind arrived. */
  readonly #since = new Waiting();

  constructor(options: {
    place: SoundPlace;
    flushMs: number;
    health: DiskHealth;
    isNeeded: IsAudioNeeded;
    onOverflow: () => void;
  }) {
    this.#place = options.place;
    this.#flushMs = options.flushMs;
    this.#health = options.health;
    this.#isNeeded = options.isNeeded;
    this.#onOverflow = options.onOverflow;
  }

  get bytes(): number {
    return [...this.#writers.values()].reduce((sum, writer) => sum + writer.bytes, 0);
  }

  get flushedBehindMs(): number {
    return this.#since.oldestS === null ? 0 : (monotonicS() - this.#since.oldestS) * 1000;
  }

  begin(recording: number, pieces: readonly Piece[] = []): void {
    this.#writers.set(recording, new RecordingWriter(this.#place, recording, pieces));
  }

  append(recording: number, pcm: Buffer): void {
    const writer = this.#writers.get(recording);
    if (writer === undefined) return;
    const overflowed = writer.overflowed;
    writer.append(pcm);
    if (writer.overflowed && !overflowed) this.#onOverflow();
    this.#since.arrived(monotonicS());
    this.#writing.within(this.#health.onDisk ? this.#flushMs : RETRY_MS);
  }

  async read(recording: number, fromSample: number, toSample: number): Promise<Buffer> {
    const writer = this.#writers.get(recording);
    if (writer === undefined) return await readSamples([], [], fromSample, toSample);
    return await writer.read(fromSample, toSample);
  }

  /** Writes and flushes all that has arrived. */
  async flush(): Promise<void> {
    await this.#writing.now();
    await this.#syncing.now();
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
    this.#writing.cancel();
    this.#syncing.cancel();
    for (const writer of this.#writers.values()) await writer.close();
  }

  /** A slow flush never holds the next write back: what is written survives the end of the process. */
  async #write(): Promise<void> {
    const sinceS = this.#since.beginWrite();
    try {
      for (const [id, writer] of this.#writers) {
        if (!this.#health.onDisk) writer.forgetUnneeded((from, to) => this.#isNeeded(id, from, to));
        await writer.write();
      }
      this.#since.written(sinceS);
      this.#health.worked('audio');
      this.#syncing.within(0);
    } catch (cause) {
      this.#since.notWritten(sinceS);
      this.#health.failed('audio', cause);
      this.#writing.within(RETRY_MS);
    }
  }

  async #sync(): Promise<void> {
    const sinceS = this.#since.beginSync();
    try {
      for (const writer of this.#writers.values()) await writer.sync();
      this.#since.synced();
      this.#health.worked('flush');
    } catch (cause) {
      this.#since.written(sinceS);
      this.#health.failed('flush', cause);
      this.#syncing.within(RETRY_MS);
    }
  }
}
