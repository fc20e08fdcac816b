import { readFile } from 'node:fs/promises';
import { Problem } from '../domain/problem.js';
import type { PendingReason } from '../domain/state.js';
import { BYTES_PER_SAMPLE, samplesToSeconds } from '../domain/units.js';
import { WAV_HEADER_BYTES } from '../protocol/wav.js';
import { AudioStore } from './audio/audio-store.js';
import { REAL_DISK } from './disk.js';
import { DiskHealth } from './disk-health.js';
import type { Piece } from './folder-reader.js';
import { Housekeeping } from './housekeeping.js';
import { IndexKeeper } from './index/index-keeper.js';
import { IndexWriter } from './index/index-writer.js';
import type { JournalRecord, UtteranceRecord } from './index/record.js';
import { applyRecord, type JournalState, type Utterance } from './index/state.js';
import { Retention } from './retention.js';
import type {
  AudioSpan,
  Journal,
  JournalOptions,
  JournalStats,
  PendingEntry,
  RecentEntry,
} from './types.js';

/** Sound is flushed this often: well within the 250 ms that may be lost, with ten writes a second. */
const FLUSH_MS = 100;
const TIDY_DELAY_MS = 200;
/** A watermark that was not written costs nothing but a second look at some silence. */
const RELEASE_DELAY_MS = 5_000;
/** Kept recordings are looked through this often. */
const EXPIRY_MS = 600_000;

/** What the last run left, after its repair. */
export interface JournalStart {
  readonly state: JournalState;
  readonly pieces: ReadonlyMap<number, readonly Piece[]>;
  readonly wavs: Iterable<readonly [number, 'pending' | 'delivered']>;
  readonly validBytes: number;
  readonly lastBatch: number;
}

/** The journal of a running daemon: the only writer of its folder. */
export class FolderJournal implements Journal {
  readonly #options: JournalOptions;
  readonly #state: JournalState;
  readonly #health: DiskHealth;
  readonly #audio: AudioStore;
  readonly #index: IndexKeeper;
  readonly #retention: Retention;
  readonly #housekeeping: Housekeeping;
  #closed = false;
  /** The utterance whose text this run has put into the clipboard. */
  #copied: number | null = null;
  #expiry: NodeJS.Timeout | undefined;

  constructor(options: JournalOptions, start: JournalStart) {
    const { state } = start;
    const { dir, disk = REAL_DISK, pieceSamples } = options;
    this.#options = options;
    this.#state = state;
    this.#health = new DiskHealth(dir, (problem) => options.onProblem(problem));
    this.#retention = new Retention({ ...options, disk }, start.wavs);
    this.#index = new IndexKeeper({
      index: new IndexWriter(dir, disk, start),
      state,
      health: this.#health,
      compactLater: (delayMs) => this.#housekeeping.forgetWithin(delayMs),
    });
    this.#housekeeping = new Housekeeping({
      state,
      retention: this.#retention,
      health: this.#health,
      index: this.#index,
      audio: () => this.#audio,
    });
    this.#audio = new AudioStore({
      place: { dir, disk, pieceSamples },
      flushMs: options.flushMs ?? FLUSH_MS,
      health: this.#health,
      isNeeded: (recording, from, to) => this.#housekeeping.isNeeded(recording, from, to),
      onOverflow: () => options.onProblem(memoryFull()),
    });
    for (const [id, pieces] of start.pieces) this.#audio.begin(id, pieces);
  }

  beginRecording(): number {
    const recording = this.#state.nextRecording;
    this.#record({ t: 'recording', recording, at: this.#options.nowEpochS() });
    this.#audio.begin(recording);
    return recording;
  }

  append(recording: number, pcm: Buffer): void {
    this.#audio.append(recording, pcm);
  }

  async read(recording: number, fromSample: number, toSample: number): Promise<Buffer> {
    const cut = this.#findCut(recording, fromSample, toSample);
    if (cut === null) return await this.#readRecording(recording, fromSample, toSample);
    const pcm = await this.readUtterance(cut.id);
    const skipped = (fromSample - cut.from) * BYTES_PER_SAMPLE;
    return pcm.subarray(skipped, skipped + (toSample - fromSample) * BYTES_PER_SAMPLE);
  }

  release(recording: number, belowSample: number): void {
    const known = this.#state.recordings.get(recording);
    if (known === undefined || known.released >= belowSample) return;
    const before = known.released;
    known.released = belowSample;
    this.#index.noteReleased(recording);
    this.#housekeeping.within(RELEASE_DELAY_MS);
    this.#housekeeping.noteReleased(recording, before);
  }

  async endRecording(recording: number): Promise<void> {
    this.#record({ t: 'ended', recording });
    await this.#audio.flush();
    await this.#index.flush();
    this.#housekeeping.within(TIDY_DELAY_MS);
  }

  recorded(span: AudioSpan, typedBefore?: string): number {
    const id = this.#state.nextUtterance;
    const { recording, fromSample: from, toSample: to } = span;
    const place = { id, recording, from, to, at: this.#options.nowEpochS() };
    const after = typedBefore === undefined ? {} : { after: typedBefore };
    this.#record({ t: 'recorded', ...place, ...after });
    this.#housekeeping.noteRecorded(id);
    return id;
  }

  transcribed(id: number, text: string, info: { device: string; engine: string }): void {
    const { device, engine } = info;
    this.#change(id, (place) => ({ t: 'transcribed', ...place, text, device, engine }));
  }

  async delivering(id: number): Promise<void> {
    if (!this.#change(id, (place) => ({ t: 'delivering', ...place }))) {
      throw new Problem('not_deliverable', `Recording ${id} is delivered already, or unknown`);
    }
    await this.#index.flush();
  }

  progressed(id: number, pieces: number): void {
    this.#change(id, (place) => ({ t: 'progressed', ...place, pieces }));
  }

  delivered(id: number, keepHours = 0): void {
    const kept = { at: this.#options.nowEpochS(), ...(keepHours > 0 ? { keep_h: keepHours } : {}) };
    if (!this.#change(id, (place) => ({ t: 'delivered', ...place, ...kept }))) return;
    this.#settled(id);
  }

  pending(id: number, reason: PendingReason): void {
    const typed = reason === 'may_already_be_typed';
    this.#change(id, (place) => ({ t: 'pending', ...place, reason, typed }));
    this.#housekeeping.within(TIDY_DELAY_MS);
  }

  copied(id: number): void {
    const before = this.#copied;
    this.#copied = id;
    this.pending(id, 'in_clipboard');
    if (before !== null && before !== id) this.delivered(before);
  }

  async drop(id: number): Promise<void> {
    if (!this.#change(id, (place) => ({ t: 'dropped', ...place }))) {
      throw new Problem(
        'unknown_recording',
        `No pending recording ${id}: see \`swictation pending\``,
      );
    }
    this.#settled(id);
    await this.#housekeeping.now();
  }

  list(): readonly PendingEntry[] {
    const pending = [...this.#state.utterances.values()].filter((each) => this.#isOffered(each));
    return pending.sort((a, b) => a.id - b.id).map((each) => this.#describe(each));
  }

  async offer(): Promise<readonly PendingEntry[]> {
    if (this.list().some((each) => each.audio_path === null)) await this.#housekeeping.now();
    return this.list();
  }

  async recent(): Promise<readonly RecentEntry[]> {
    await this.#housekeeping.now();
    const kept = [...this.#state.utterances.values()].filter(
      (each) => each.keepHours > 0 && this.#retention.keeps(each),
    );
    return kept
      .sort((a, b) => a.id - b.id)
      .map((each) => ({ ...this.#describe(each), reason: 'speech_without_text' }));
  }

  async readUtterance(id: number): Promise<Buffer> {
    const path = this.#retention.pathOf(id);
    if (path !== null) return (await readFile(path)).subarray(WAV_HEADER_BYTES);
    const utterance = this.#state.utterances.get(id);
    if (utterance === undefined) return Buffer.alloc(0);
    return await this.#readRecording(utterance.recording, utterance.from, utterance.to);
  }

  async idle(): Promise<void> {
    await this.#audio.flush();
    await this.#housekeeping.now();
    await this.#index.compact();
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    await this.idle();
    this.#closed = true;
    this.#index.stop();
    this.#housekeeping.stop();
    clearInterval(this.#expiry);
    await this.#audio.close();
    this.#housekeeping.close();
    await this.#index.close();
  }

  stats(): JournalStats {
    return {
      bytes: this.#audio.bytes + this.#index.bytes + this.#retention.bytes(this.#state),
      flushedBehindMs: this.#audio.flushedBehindMs,
      onDisk: this.#health.onDisk,
    };
  }

  /** Repairs the index on the disk and cuts out what is pending. Never rejects. */
  async start(): Promise<void> {
    await this.#index.flush();
    this.#housekeeping.within(TIDY_DELAY_MS);
    this.#expiry = setInterval(() => void this.#housekeeping.now(), EXPIRY_MS).unref();
  }

  /** Files that would have been deleted meanwhile are looked at again. */
  async #readRecording(recording: number, from: number, to: number): Promise<Buffer> {
    const pcm = await this.#audio.read(recording, from, to);
    this.#housekeeping.within(RELEASE_DELAY_MS);
    return pcm;
  }

  #findCut(recording: number, from: number, to: number): Utterance | null {
    for (const id of this.#retention.ids) {
      const each = this.#state.utterances.get(id);
      if (each?.recording === recording && each.from <= from && to <= each.to) return each;
    }
    return null;
  }

  #change(
    id: number,
    recordFor: (place: Omit<Extract<UtteranceRecord, { t: 'recorded' }>, 't'>) => UtteranceRecord,
  ): boolean {
    const known = this.#state.utterances.get(id);
    if (known === undefined) return false;
    const { recording, from, to, at } = known;
    return this.#record(recordFor({ id, recording, from, to, at }));
  }

  /** Applies a change in memory and queues it for the disk; false where it is not allowed. */
  #record(record: JournalRecord): boolean {
    if (!applyRecord(this.#state, record)) return false;
    this.#index.push(record);
    return true;
  }

  #settled(id: number): void {
    this.#housekeeping.noteSettled(id);
    this.#housekeeping.within(TIDY_DELAY_MS);
  }

  #isOffered({ id, state, reason }: Utterance): boolean {
    return state === 'pending' && !(id === this.#copied && reason === 'in_clipboard');
  }

  #describe(utterance: Utterance): PendingEntry {
    return {
      id: utterance.id,
      at_epoch_s: utterance.at,
      seconds: samplesToSeconds(utterance.to - utterance.from),
      text: utterance.text,
      reason: utterance.reason ?? 'daemon_restarted',
      may_already_be_typed: utterance.typed,
      pieces_done: utterance.pieces,
      ...(utterance.after === null ? {} : { typed_before: utterance.after }),
      audio_path: this.#retention.pathOf(utterance.id),
    };
  }
}

function memoryFull(): Problem {
  const message = 'Memory for recordings is full: stop recording and free some disk space';
  return new Problem('journal_memory_full', message);
}
