import { BYTES_PER_SAMPLE } from '../../domain/units.js';
import { FRAME_BYTES, Framer } from '../framer.js';
import type { Source, SourceOptions } from '../source.js';
import { Decoding } from './decoding.js';
import { Pace } from './pace.js';

/** Plays sound files one after another, as one stream, as if they were spoken into a microphone. */
export class FileSource implements Source {
  readonly #files: readonly string[];
  readonly #options: SourceOptions;
  readonly #framer = new Framer();
  #next = 0;
  #decoding: Decoding | null = null;
  /** Sound that was read, but not played before a stop. */
  #unplayed: Buffer = Buffer.alloc(0);
  #playing: { readonly abort: AbortController; readonly ended: Promise<void> } | null = null;
  #finished = false;

  constructor(files: readonly string[], options: SourceOptions) {
    this.#files = files;
    this.#options = options;
  }

  async start(): Promise<void> {
    if (this.#playing !== null || this.#finished) return;
    const abort = new AbortController();
    this.#playing = { abort, ended: this.#play(abort.signal) };
  }

  async stop(): Promise<void> {
    const playing = this.#playing;
    this.#playing = null;
    playing?.abort.abort();
    await playing?.ended;
  }

  choose(): void {}

  async close(): Promise<void> {
    this.#finished = true;
    this.#playing?.abort.abort();
    await this.#decoding?.close();
    await this.stop();
  }

  async #play(signal: AbortSignal): Promise<void> {
    const pace = this.#options.pace === 'realtime' ? new Pace() : null;
    while (!signal.aborted) {
      const pcm = await this.#nextPcm();
      if (pcm === null) return this.#finish();
      if (signal.aborted) {
        this.#unplayed = pcm;
        return;
      }
      await this.#emit(pcm, pace, signal);
    }
  }

  /** Whole frames, behind the last file what is left of one; null when all is played. */
  async #nextPcm(): Promise<Buffer | null> {
    if (this.#unplayed.length > 0) {
      const unplayed = this.#unplayed;
      this.#unplayed = Buffer.alloc(0);
      return unplayed;
    }
    for (;;) {
      if (this.#decoding === null && !this.#openNext()) {
        const rest = this.#framer.flush();
        return rest.length > 0 ? rest : null;
      }
      const bytes = (await this.#decoding?.next()) ?? null;
      if (bytes !== null) return this.#framer.push(bytes);
      await this.#endFile();
    }
  }

  #openNext(): boolean {
    const file = this.#files[this.#next];
    if (file === undefined || this.#finished) return false;
    this.#next += 1;
    this.#decoding = new Decoding(file, this.#options);
    return true;
  }

  async #endFile(): Promise<void> {
    const problem = this.#decoding?.flaw;
    this.#decoding = null;
    this.#framer.dropHalfSample();
    if (problem && !this.#finished) this.#options.onProblem(problem);
  }

  /** Fast: all at once. In real time: frame by frame, and what a stop cuts off is kept. */
  async #emit(pcm: Buffer, pace: Pace | null, signal: AbortSignal): Promise<void> {
    if (pcm.length === 0) return;
    if (pace === null) return await this.#options.onChunk(pcm);
    for (let at = 0; at < pcm.length; at += FRAME_BYTES) {
      const frame = pcm.subarray(at, at + FRAME_BYTES);
      await pace.wait(frame.length / BYTES_PER_SAMPLE, signal);
      if (signal.aborted) {
        this.#unplayed = pcm.subarray(at);
        return;
      }
      await this.#options.onChunk(frame);
    }
  }

  #finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#options.onEnd();
  }
}
