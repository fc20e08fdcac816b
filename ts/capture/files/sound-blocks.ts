import { BYTES_PER_SAMPLE } from '../../domain/units.js';

const HEADER_BYTES = 8;
const MAGIC = 'SB';
/** libav's frames are far smaller; more is no block. */
const MOST_SAMPLES = 1 << 22;
const MOST_CHANNELS = 8;

/** Decoded sound of one file: s16le, 16 kHz, the samples of all channels in turn. */
export interface SoundBlock {
  readonly channels: number;
  readonly interleaved: Buffer;
}

/** Cuts what the decoder writes into blocks, see py-worker/swictation_worker/files/decode.py. Throws on other bytes. */
export class BlockReader {
  private rest: Buffer = Buffer.alloc(0);

  push(bytes: Buffer): SoundBlock[] {
    this.rest = this.rest.length === 0 ? bytes : Buffer.concat([this.rest, bytes]);
    const blocks: SoundBlock[] = [];
    for (let block = this.take(); block !== null; block = this.take()) blocks.push(block);
    return blocks;
  }

  private take(): SoundBlock | null {
    if (this.rest.length < HEADER_BYTES) return null;
    const channels = this.rest.readUInt8(2);
    const samples = this.rest.readUInt32LE(4);
    const known = this.rest.toString('latin1', 0, 2) === MAGIC;
    if (!known || channels < 1 || channels > MOST_CHANNELS || samples > MOST_SAMPLES) {
      throw new Error('the decoder wrote something else than blocks of sound');
    }
    const end = HEADER_BYTES + samples * channels * BYTES_PER_SAMPLE;
    if (this.rest.length < end) return null;
    const interleaved = this.rest.subarray(HEADER_BYTES, end);
    this.rest = this.rest.subarray(end);
    return { channels, interleaved };
  }
}
