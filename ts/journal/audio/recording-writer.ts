import { join } from 'node:path';
import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../../domain/units.js';
import type { Disk, DiskFile } from '../disk.js';
import type { Piece } from '../folder-reader.js';
import { pieceName } from '../names.js';
import { readSamples } from './pcm-read.js';

/** A file is closed after this much sound, so that delivered sound can be deleted while recording goes on. */
const PIECE_SAMPLES = 30 * SAMPLE_RATE_HZ;
/** Most that one write call takes. */
const BATCH_SAMPLES = 512 * 1024;
/** Sound that waits for a disk that takes nothing: 20 minutes, 38 MB. */
const MEMORY_SAMPLES = 20 * 60 * SAMPLE_RATE_HZ;

/** Sound in memory that starts at sample `from`. */
export interface Chunk {
  readonly from: number;
  readonly pcm: Buffer;
}

export interface SoundPlace {
  readonly dir: string;
  readonly disk: Disk;
  /** Default 30 s. */
  readonly pieceSamples?: number | undefined;
}

type IsNeeded = (fromSample: number, toSample: number) => boolean;

/** The PCM files of one recording: what arrived, what is written, what may go. */
export class RecordingWriter {
  readonly id: number;
  /** Samples that arrived so far, which is also the number of the next one. */
  end: number;
  /** Sound was thrown away because memory was full. */
  overflowed = false;
  readonly #dir: string;
  readonly #disk: Disk;
  readonly #pieceSamples: number;
  readonly #pieces: Piece[];
  #unwritten: Chunk[] = [];
  #unwrittenSamples = 0;
  #open: { readonly piece: Piece; readonly file: DiskFile } | null = null;
  /** Files with bytes that are not flushed yet; all but the open one are closed after that. */
  #dirty = new Set<DiskFile>();
  /** A new file's entry in the folder is not flushed yet: without it the file is gone after a power cut, flushed or not. */
  #isEntryDirty = false;
  /** Reads under way: no file goes while there are any. */
  #readers = 0;

  constructor({ dir, disk, pieceSamples }: SoundPlace, id: number, pieces: readonly Piece[] = []) {
    this.#dir = dir;
    this.#disk = disk;
    this.#pieceSamples = pieceSamples ?? PIECE_SAMPLES;
    this.id = id;
    this.#pieces = [...pieces];
    this.end = Math.max(0, ...pieces.map((piece) => piece.first + piece.samples));
  }

  get hasUnwritten(): boolean {
    return this.#unwritten.length > 0;
  }

  get bytes(): number {
    return this.#pieces.reduce((sum, piece) => sum + piece.samples * BYTES_PER_SAMPLE, 0);
  }

  get pieces(): readonly Piece[] {
    return this.#pieces;
  }

  append(pcm: Buffer): void {
    const samples = Math.floor(pcm.length / BYTES_PER_SAMPLE);
    const from = this.end;
    this.end += samples;
    this.overflowed = this.#unwrittenSamples + samples > MEMORY_SAMPLES;
    if (samples === 0 || this.overflowed) return;
    this.#unwritten.push({ from, pcm: pcm.subarray(0, samples * BYTES_PER_SAMPLE) });
    this.#unwrittenSamples += samples;
  }

  /** Sound that was released while the disk was full needs no file any more. */
  forgetUnneeded(isNeeded: IsNeeded): void {
    const needed = this.#unwritten.filter(({ from, pcm }) =>
      isNeeded(from, from + pcm.length / BYTES_PER_SAMPLE),
    );
    this.#unwritten = needed;
    this.#unwrittenSamples =
      needed.reduce((sum, { pcm }) => sum + pcm.length, 0) / BYTES_PER_SAMPLE;
  }

  /** Writes what waits, without flushing it. Throws what the disk says; what was not written waits on. */
  async write(): Promise<void> {
    for (;;) {
      const batch = this.#nextBatch();
      const first = batch[0];
      if (first === undefined) return;
      const { piece, file } = await this.#pieceFor(first.from);
      this.#dirty.add(file);
      const bytes = Buffer.concat(batch.map((chunk) => chunk.pcm));
      await file.write(bytes, piece.samples * BYTES_PER_SAMPLE).catch(async (cause) => {
        await this.#closePiece();
        throw cause;
      });
      piece.samples += bytes.length / BYTES_PER_SAMPLE;
      this.#unwritten.splice(0, batch.length);
      this.#unwrittenSamples -= bytes.length / BYTES_PER_SAMPLE;
    }
  }

  /** Makes durable what was written before. Throws what the disk says. */
  async sync(): Promise<void> {
    for (const file of [...this.#dirty]) {
      this.#dirty.delete(file);
      try {
        await file.datasync();
      } catch (cause) {
        this.#dirty.add(file);
        throw cause;
      }
      if (file !== this.#open?.file && !this.#dirty.has(file)) await file.close().catch(() => {});
    }
    await this.#syncEntry();
  }

  async #syncEntry(): Promise<void> {
    if (!this.#isEntryDirty) return;
    this.#isEntryDirty = false;
    try {
      await this.#disk.syncFolder(this.#dir);
    } catch (cause) {
      this.#isEntryDirty = true;
      throw cause;
    }
  }

  async read(fromSample: number, toSample: number): Promise<Buffer> {
    this.#readers += 1;
    try {
      const waiting = [...this.#unwritten];
      return await readSamples([...this.#pieces], waiting, fromSample, toSample);
    } finally {
      this.#readers -= 1;
    }
  }

  /** Deletes the files that nothing needs; the one that is being written only where `ended`. */
  async sweep(isNeeded: IsNeeded, ended: boolean): Promise<void> {
    if (ended && !this.hasUnwritten) await this.#closePiece();
    for (const piece of [...this.#pieces]) {
      const isBusy = this.#readers > 0 || piece === this.#open?.piece;
      if (isBusy || isNeeded(piece.first, piece.first + piece.samples)) continue;
      this.#pieces.splice(this.#pieces.indexOf(piece), 1);
      await this.#disk.unlink(piece.path).catch(() => {});
    }
  }

  async close(): Promise<void> {
    await this.#closePiece();
    for (const file of this.#dirty) await file.close().catch(() => {});
  }

  /** Chunks from the first on that follow each other without a gap and fit into one write. */
  #nextBatch(): readonly Chunk[] {
    const batch: Chunk[] = [];
    let next = this.#unwritten[0]?.from ?? 0;
    let samples = 0;
    for (const chunk of this.#unwritten) {
      if (chunk.from !== next || samples >= BATCH_SAMPLES) break;
      batch.push(chunk);
      samples += chunk.pcm.length / BYTES_PER_SAMPLE;
      next = chunk.from + chunk.pcm.length / BYTES_PER_SAMPLE;
    }
    return batch;
  }

  async #pieceFor(sample: number): Promise<{ piece: Piece; file: DiskFile }> {
    const open = this.#open;
    if (open !== null && open.piece.samples < this.#pieceSamples && endOf(open.piece) === sample) {
      return open;
    }
    await this.#closePiece();
    return await this.#openPiece(sample);
  }

  async #openPiece(first: number): Promise<{ piece: Piece; file: DiskFile }> {
    const path = join(this.#dir, pieceName(this.id, first));
    const file = await this.#disk.open(path, 'w');
    this.#isEntryDirty = true;
    const piece = { path, first, samples: 0 };
    const known = this.#pieces.findIndex((each) => each.path === path);
    if (known >= 0) this.#pieces.splice(known, 1);
    this.#pieces.push(piece);
    this.#open = { piece, file };
    return this.#open;
  }

  async #closePiece(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    if (open === null || this.#dirty.has(open.file)) return;
    await open.file.close().catch(() => {});
  }
}

function endOf(piece: Piece): number {
  return piece.first + piece.samples;
}
