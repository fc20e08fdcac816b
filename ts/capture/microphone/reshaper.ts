import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../../domain/units.js';
import { ChannelMixer, LIVE_MIXING } from '../channels/mixer.js';
import { Resampler } from './resampler.js';
import type { Shape } from './shape.js';

/** Brings a stream of another rate and channel count to 16 kHz mono. */
export class Reshaper {
  private readonly resamplers: readonly Resampler[];
  private readonly mixer: ChannelMixer;
  private words: number[] = [];

  constructor(private readonly shape: Shape) {
    const { channels, rateHz } = shape;
    this.resamplers = Array.from({ length: channels }, () => new Resampler(rateHz));
    this.mixer = new ChannelMixer({ channels, ...LIVE_MIXING });
  }

  push(pcm: Buffer): Buffer {
    const { channels, rateHz } = this.shape;
    for (let at = 0; at + 1 < pcm.length; at += BYTES_PER_SAMPLE) {
      this.words.push(pcm.readInt16LE(at));
    }
    const whole = this.words.length - (this.words.length % channels);
    const taken = this.words.slice(0, whole);
    this.words = this.words.slice(whole);
    const lanes = this.resamplers.map((resampler, lane) => {
      const own = taken.filter((_, at) => at % channels === lane);
      return rateHz === SAMPLE_RATE_HZ ? own : resampler.push(own);
    });
    const samples = lanes[0]?.length ?? 0;
    const interleaved = Buffer.alloc(samples * channels * BYTES_PER_SAMPLE);
    for (let at = 0; at < samples; at += 1) {
      for (const [lane, own] of lanes.entries()) {
        const sample = Math.max(-32_768, Math.min(32_767, Math.round(own[at] ?? 0)));
        interleaved.writeInt16LE(sample, (at * channels + lane) * BYTES_PER_SAMPLE);
      }
    }
    return this.mixer.push(interleaved);
  }
}
