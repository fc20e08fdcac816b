import { join } from 'node:path';
import { Problem } from '../domain/problem.js';
import { BYTES_PER_SAMPLE } from '../domain/units.js';
import { WAV_HEADER_BYTES } from '../protocol/wav.js';
import { writeWavFile } from './audio/wav-file.js';
import type { Disk } from './disk.js';
import type { JournalState, Utterance } from './index/state.js';
import { wavName } from './names.js';

type WavKind = 'pending' | 'delivered';

export interface RetentionOptions {
  readonly dir: string;
  readonly disk: Disk;
  readonly quotaMb: number;
  readonly keepDeliveredHours: number;
  onProblem(problem: Problem): void;
  nowEpochS(): number;
}

/** The recordings that have a WAV file of their own: pending ones, and delivered ones that are kept. */
export class Retention {
  readonly #options: RetentionOptions;
  readonly #wavs = new Map<number, WavKind>();
  #overQuota = false;

  constructor(options: RetentionOptions, wavs: Iterable<readonly [number, WavKind]>) {
    this.#options = options;
    for (const [id, kind] of wavs) this.#wavs.set(id, kind);
  }

  get ids(): readonly number[] {
    return [...this.#wavs.keys()];
  }

  has(id: number): boolean {
    return this.#wavs.has(id);
  }

  pathOf(id: number): string | null {
    const kind = this.#wavs.get(id);
    return kind === undefined ? null : join(this.#options.dir, wavName(kind, id));
  }

  /** A WAV file of this utterance is wanted: it waits for a person, or delivered ones are kept. */
  wants(utterance: Utterance): boolean {
    if (utterance.state === 'pending') return true;
    return utterance.state === 'delivered' && this.keeps(utterance);
  }

  /** A delivered utterance that is not to be removed yet. */
  keeps(utterance: Utterance): boolean {
    const { keepDeliveredHours, nowEpochS } = this.#options;
    const hours = Math.max(keepDeliveredHours, utterance.keepHours);
    if (utterance.dropped || utterance.deliveredAt === null || hours <= 0) return false;
    return utterance.deliveredAt + hours * 3600 > nowEpochS();
  }

  async cut(utterance: Utterance, pcm: Buffer): Promise<void> {
    const kind = utterance.state === 'delivered' ? 'delivered' : 'pending';
    const { dir, disk } = this.#options;
    await writeWavFile(disk, join(dir, wavName(kind, utterance.id)), pcm);
    this.#wavs.set(utterance.id, kind);
  }

  /** Removes the files of what is delivered, and renames those that are kept. */
  async settle(state: JournalState): Promise<void> {
    for (const id of this.ids) {
      const utterance = state.utterances.get(id);
      if (utterance === undefined) await this.#remove(id);
      else if (utterance.state === 'delivered') await this.#settleOne(utterance);
    }
  }

  /**
   * Makes room where the folder is over its quota: kept recordings go, the oldest first. Undelivered ones
   * are never removed; that they take too much is told once.
   */
  async enforceQuota(state: JournalState, otherBytes: number): Promise<void> {
    const quotaBytes = this.#options.quotaMb * 1e6;
    let bytes = otherBytes + this.bytes(state);
    const kept = this.ids.filter((id) => this.#wavs.get(id) === 'delivered').sort((a, b) => a - b);
    for (const id of kept) {
      if (bytes <= quotaBytes) break;
      bytes -= bytesOf(state.utterances.get(id));
      await this.#remove(id);
      state.utterances.delete(id);
    }
    this.#tellQuota(bytes > quotaBytes);
  }

  bytes(state: JournalState): number {
    return this.ids.reduce((sum, id) => sum + bytesOf(state.utterances.get(id)), 0);
  }

  #tellQuota(over: boolean): void {
    if (over && !this.#overQuota) {
      const { quotaMb, onProblem } = this.#options;
      const message = `Undelivered recordings take more than ${quotaMb} MB: see \`swictation pending\``;
      onProblem(new Problem('journal_over_quota', message));
    }
    this.#overQuota = over;
  }

  async #settleOne(utterance: Utterance): Promise<void> {
    const { id } = utterance;
    if (!this.keeps(utterance)) return await this.#remove(id);
    if (this.#wavs.get(id) !== 'pending') return;
    const { dir, disk } = this.#options;
    await disk.rename(join(dir, wavName('pending', id)), join(dir, wavName('delivered', id)));
    this.#wavs.set(id, 'delivered');
  }

  async #remove(id: number): Promise<void> {
    const path = this.pathOf(id);
    this.#wavs.delete(id);
    if (path !== null) await this.#options.disk.unlink(path).catch(() => {});
  }
}

function bytesOf(utterance: Utterance | undefined): number {
  if (utterance === undefined) return 0;
  return WAV_HEADER_BYTES + (utterance.to - utterance.from) * BYTES_PER_SAMPLE;
}
