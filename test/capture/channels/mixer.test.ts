import { describe, expect, it } from 'vitest';
import { ChannelMixer, FILE_MIXING, LIVE_MIXING } from '../../../ts/capture/channels/mixer.js';
import { pcmOf } from '../../support/speech.js';

type Samples = Float64Array;

const voice = (name: string): Samples => {
  const pcm = pcmOf([name]);
  return Float64Array.from({ length: pcm.length / 2 }, (_, at) => pcm.readInt16LE(at * 2));
};
const times = (samples: Samples, factor: number) => samples.map((sample) => sample * factor);
const plus = (one: Samples, other: Samples) => one.map((sample, at) => sample + (other[at] ?? 0));
const later = (samples: Samples, seconds: number) => {
  const shift = Math.round(seconds * 16_000);
  return samples.map((_, at) => samples[at - shift] ?? 0);
};
const silence = (like: Samples) => new Float64Array(like.length);
/** The same numbers on each run. */
const noise = (like: Samples, level: number) => {
  let state = 7;
  return like.map(() => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return (state / 1_073_741_824 - 1) * level;
  });
};
const hum = (like: Samples, level: number) =>
  like.map((_, at) => level * Math.sin((2 * Math.PI * 50 * at) / 16_000));

function mix(
  channels: readonly Samples[],
  options = FILE_MIXING as typeof FILE_MIXING | typeof LIVE_MIXING,
) {
  const length = channels[0]?.length ?? 0;
  const pcm = Buffer.alloc(length * channels.length * 2);
  for (let at = 0; at < length; at += 1) {
    for (const [channel, samples] of channels.entries()) {
      const value = Math.max(-32_768, Math.min(32_767, Math.round(samples[at] ?? 0)));
      pcm.writeInt16LE(value, (at * channels.length + channel) * 2);
    }
  }
  const mixer = new ChannelMixer({ channels: channels.length, ...options });
  const parts: Buffer[] = [];
  const step = channels.length * 2 * 320;
  for (let at = 0; at < pcm.length; at += step) parts.push(mixer.push(pcm.subarray(at, at + step)));
  parts.push(mixer.flush());
  const mono = Buffer.concat(parts);
  return Float64Array.from({ length: mono.length / 2 }, (_, at) => mono.readInt16LE(at * 2));
}

/** How much of `wanted` is in `heard`, whatever its level and sign: 1 is all of it and nothing else. */
function share(heard: Samples, wanted: Samples): number {
  const dot = (one: Samples, other: Samples) =>
    one.reduce((sum, sample, at) => sum + sample * (other[at] ?? 0), 0);
  return Math.abs(dot(heard, wanted)) / Math.sqrt(dot(heard, heard) * dot(wanted, wanted));
}

const fox = voice('fox');
const train = voice('train');

describe.each([
  ['a file', FILE_MIXING],
  ['a microphone', LIVE_MIXING],
])('two channels of %s', (_, options) => {
  it.each<[string, readonly Samples[]]>([
    ['the same', [fox, fox]],
    ['one inverted', [fox, times(fox, -1)]],
    ['one inverted and quieter', [times(fox, 0.3), times(fox, -1)]],
    ['one inverted and 1 ms late', [times(fox, 0.5), times(later(fox, 0.001), -1)]],
    ['one dead', [silence(fox), fox]],
    ['one with nothing but noise', [times(fox, 0.3), noise(fox, 600)]],
    ['one with nothing but a loud hum', [times(fox, 0.3), hum(fox, 2_000)]],
    ['an offset on one', [fox, fox.map(() => 12_000)]],
    ['four, of which one carries something', [silence(fox), silence(fox), fox, noise(fox, 20)]],
  ])('%s: the voice comes out', (_case, channels) => {
    const heard = mix(channels, options);
    expect(heard.length).toBe(fox.length);
    const either = Math.max(share(heard, fox), share(heard, later(fox, 0.001)));
    expect(either).toBeGreaterThan(0.97);
  });

  it('with two people, one on each, give both of them', () => {
    const length = Math.min(fox.length, train.length);
    const one = Float64Array.from({ length: 2 * length }, (_, at) => fox[at] ?? 0);
    const other = Float64Array.from({ length: 2 * length }, (_, at) => train[at - length] ?? 0);
    const together = mix([one, other], options);
    expect(share(together, plus(one, other))).toBeGreaterThan(0.95);
    const atOnce = mix([fox.subarray(0, length), train.subarray(0, length)], options);
    const both = plus(fox.subarray(0, length), train.subarray(0, length));
    expect(share(atOnce, both)).toBeGreaterThan(0.9);
  });
});

describe('copies that come later than two capsules of one microphone', () => {
  it.each([0.02, 0.1, 0.3, 0.45])('%f s: one of them is taken', (seconds) => {
    const heard = mix([fox, later(fox, seconds)]);
    const best = Math.max(share(heard, fox), share(heard, later(fox, seconds)));
    expect(best).toBeGreaterThan(0.97);
  });

  it('inverted and late, too', () => {
    expect(share(mix([fox, times(later(fox, 0.2), -1)]), fox)).toBeGreaterThan(0.97);
  });
});

describe('one channel', () => {
  it('passes as it is', () => {
    const mixer = new ChannelMixer({ channels: 1, ...FILE_MIXING });
    const pcm = pcmOf(['small']);
    expect(mixer.push(pcm).equals(pcm)).toBe(true);
    expect(mixer.flush().length).toBe(0);
  });
});
