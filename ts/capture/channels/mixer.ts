import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../../domain/units.js';
import { ChannelStatistics } from './statistics.js';
import { type Comparison, compareAll } from './weights.js';

/** From one mixture to the next one: long enough not to click. */
const FADE_SAMPLES = SAMPLE_RATE_HZ / 50;

export interface MixerOptions {
  readonly channels: number;
  /** Sound that is looked at before it is mixed; as much as that comes late. */
  readonly blockS: number;
  /** By how much one channel may be later than another and still be the same. */
  readonly furthestS: number;
}

/** Files can wait, and may hold what was recorded by two machines. */
export const FILE_MIXING = { blockS: 1, furthestS: 0.5 } as const;
/** Two capsules of one microphone are a hand's breadth apart; a text waits for two frames of the ear at most. */
export const LIVE_MIXING = { blockS: 0.032, furthestS: 0.02 } as const;

/** Makes one channel of several, see weights.ts. One channel passes as it is. */
export class ChannelMixer {
  private readonly statistics: readonly ChannelStatistics[];
  private readonly width: number;
  private readonly blockBytes: number;
  private comparison: Comparison | null = null;
  private weights: readonly number[] | null = null;
  private waiting: Buffer = Buffer.alloc(0);

  constructor(private readonly options: MixerOptions) {
    this.width = options.channels * BYTES_PER_SAMPLE;
    this.blockBytes = Math.round(options.blockS * SAMPLE_RATE_HZ) * this.width;
    this.statistics = Array.from({ length: options.channels }, () => new ChannelStatistics());
  }

  /** Interleaved s16le in, s16le mono out, maybe less than came in: what makes no whole block waits. */
  push(interleaved: Buffer): Buffer {
    if (this.options.channels === 1) return interleaved;
    const all =
      this.waiting.length === 0 ? interleaved : Buffer.concat([this.waiting, interleaved]);
    const parts: Buffer[] = [];
    let at = 0;
    for (; at + this.blockBytes <= all.length; at += this.blockBytes) {
      parts.push(this.mixBlock(all.subarray(at, at + this.blockBytes)));
    }
    this.waiting = all.subarray(at);
    return Buffer.concat(parts);
  }

  /** What still waits, at the end. */
  flush(): Buffer {
    const rest = this.waiting.subarray(0, this.waiting.length - (this.waiting.length % this.width));
    this.waiting = Buffer.alloc(0);
    return rest.length === 0 ? rest : this.mixBlock(rest);
  }

  private mixBlock(block: Buffer): Buffer {
    const { channels, furthestS } = this.options;
    for (let at = 0; at < block.length; at += this.width) {
      for (let channel = 0; channel < channels; channel += 1) {
        this.statistics[channel]?.add(block.readInt16LE(at + channel * BYTES_PER_SAMPLE));
      }
    }
    for (const each of this.statistics) each.settle();
    this.comparison = compareAll(this.statistics, this.comparison, furthestS);
    const before = this.weights ?? this.comparison.weights;
    this.weights = this.comparison.weights;
    return mix(block, before, this.weights);
  }
}

/** Adds the channels, each with its weight; the weights change from `before` to `after` at the beginning. */
function mix(block: Buffer, before: readonly number[], after: readonly number[]): Buffer {
  const channels = after.length;
  const samples = block.length / (channels * BYTES_PER_SAMPLE);
  const mono = Buffer.alloc(samples * BYTES_PER_SAMPLE);
  for (let at = 0; at < samples; at += 1) {
    const share = Math.min(1, (at + 1) / FADE_SAMPLES);
    let sum = 0;
    for (let channel = 0; channel < channels; channel += 1) {
      const weight = (before[channel] ?? 0) * (1 - share) + (after[channel] ?? 0) * share;
      if (weight === 0) continue;
      sum += weight * block.readInt16LE((at * channels + channel) * BYTES_PER_SAMPLE);
    }
    mono.writeInt16LE(Math.max(-32_768, Math.min(32_767, Math.round(sum))), at * BYTES_PER_SAMPLE);
  }
  return mono;
}
