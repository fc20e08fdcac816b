import { statSync } from 'node:fs';
import type { Problem } from '../../domain/problem.js';
import { BYTES_PER_SAMPLE } from '../../domain/units.js';
import { ChannelMixer, FILE_MIXING } from '../channels/mixer.js';
import { type DecoderOptions, DecoderRun } from './decoder.js';

/** Ends in a row that brought no sound of the file: then it is the file, or the machine. */
const MOST_VAIN_RUNS = 3;

/** One file as mono sound, s16le, 16 kHz. A decoder that is killed is followed by another, which goes on behind it. */
export class Decoding {
  private run: DecoderRun;
  private mixer: ChannelMixer | null = null;
  private channels = 0;
  /** Samples of each channel that all runs together gave. */
  private decoded = 0;
  private decodedBefore = 0;
  private vainRuns = 0;
  private problem: Problem | null = null;
  private ended = false;
  private closed = false;

  constructor(
    private readonly file: string,
    private readonly options: DecoderOptions,
  ) {
    this.run = new DecoderRun(file, options, 0);
  }

  /** The next samples, maybe none; null at the end. */
  async next(): Promise<Buffer | null> {
    if (this.ended) return null;
    const block = await this.run.next();
    if (block === null) return await this.endRun();
    const before = block.channels === this.channels ? null : (this.mixer?.flush() ?? null);
    if (this.mixer === null || block.channels !== this.channels) {
      this.channels = block.channels;
      this.mixer = new ChannelMixer({ channels: block.channels, ...FILE_MIXING });
    }
    this.decoded += block.interleaved.length / (block.channels * BYTES_PER_SAMPLE);
    const mono = this.mixer.push(block.interleaved);
    return before === null ? mono : Buffer.concat([before, mono]);
  }

  /** Behind the end: what was wrong with the file, or null. */
  get flaw(): Problem | null {
    return this.problem;
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.run.close();
  }

  private async endRun(): Promise<Buffer> {
    const end = await this.run.end();
    if (end.kind === 'broken' && end.exit.kind === 'signalled' && this.mayGoOn()) {
      this.run = new DecoderRun(this.file, this.options, this.decoded);
      return Buffer.alloc(0);
    }
    this.ended = true;
    this.problem = end.problem;
    return this.mixer?.flush() ?? Buffer.alloc(0);
  }

  /** What came through a pipe can't be read twice. */
  private mayGoOn(): boolean {
    this.vainRuns = this.decoded > this.decodedBefore ? 1 : this.vainRuns + 1;
    this.decodedBefore = this.decoded;
    if (this.closed || this.vainRuns >= MOST_VAIN_RUNS) return false;
    return statSync(this.file, { throwIfNoEntry: false })?.isFile() ?? false;
  }
}
