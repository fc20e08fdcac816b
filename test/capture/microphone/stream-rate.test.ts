import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { StreamReader } from '../../../ts/capture/microphone/stream-reader.js';
import { WAV_HEADER_BYTES } from '../../../ts/protocol/wav.js';
import { startRandom } from '../../support/random.js';

const SPEECH = new URL('../../fixtures/speech/', import.meta.url).pathname;
const PIECE_S = 0.032;

interface Stream {
  readonly rateHz: number;
  readonly channels: number;
  /** Sound that a second brings. */
  readonly speed: number;
  /** How loud the voice is. */
  readonly gain: number;
  /** The stream is as announced before. */
  readonly fromS: number;
  /** Mean length of the pieces in which a busy machine reads. */
  readonly pieceS: number;
}

const PLAIN: Stream = {
  ...{ rateHz: 16_000, channels: 1, speed: 1, gain: 1, fromS: 0, pieceS: PIECE_S },
};

/** Three sentences with rests. */
function voice(gain: number): Int16Array {
  const rest = Buffer.alloc(9_600);
  const pcm = ['fox', 'card', 'train'].flatMap((name) => [
    readFileSync(join(SPEECH, `${name}.wav`)).subarray(WAV_HEADER_BYTES),
    rest,
  ]);
  const bytes = Buffer.concat(pcm);
  return Int16Array.from({ length: bytes.length / 2 }, (_, at) =>
    Math.round(bytes.readInt16LE(2 * at) * gain),
  );
}

/** A quiet, deep voice, smooth from sample to sample. */
function hum(): Int16Array {
  return Int16Array.from({ length: 160_000 }, (_, at) =>
    Math.round(Math.sin(at * 0.059) * (250 + 100 * Math.sin(at / 9_000))),
  );
}

/** As a cheap program makes it, two channels of one: by the nearest sample, or on the line between two. */
function resample(samples: Int16Array, { rateHz, channels }: Stream): Int16Array {
  const frames = Math.floor((samples.length * rateHz) / 16_000);
  return Int16Array.from({ length: frames * channels }, (_, at) => {
    const place = (Math.floor(at / channels) * 16_000) / rateHz;
    const [one = 0, other = 0] = samples.subarray(Math.floor(place), Math.floor(place) + 2);
    return rateHz < 32_000 ? one : Math.round(one + (place % 1) * (other - one));
  });
}

/** What the reader says of eight seconds, and when, on a clock of this test. */
function listen(stream: Stream, seed: number, announced = voice(stream.gain)) {
  const random = startRandom(seed);
  const told: { what: string; atS: number }[] = [];
  let nowS = 100;
  const reader = new StreamReader({
    nowS: () => nowS,
    sound: () => {},
    flawed: (flaw) => {
      const what =
        flaw.kind === 'shape' ? `${flaw.shape.rateHz} Hz x ${flaw.shape.channels}` : flaw.kind;
      told.push({ what, atS: nowS - 100 - stream.fromS });
    },
  });
  const odd = resample(announced, stream);
  let sentS = 0;
  while (nowS < 108) {
    nowS += stream.pieceS <= PIECE_S ? PIECE_S : 0.01 + 2 * random() * stream.pieceS;
    while (sentS + PIECE_S <= (nowS - 100) * stream.speed) {
      const isOdd = sentS >= stream.fromS * stream.speed;
      const wordsPerS = isOdd ? stream.rateHz : 16_000;
      const step = isOdd ? stream.channels : 1;
      const at = (seconds: number) => Math.floor(seconds * wordsPerS) * step;
      const words = (isOdd ? odd : announced).slice(at(sentS), at(sentS + PIECE_S));
      sentS += PIECE_S;
      reader.take(Buffer.from(words.buffer));
    }
    reader.tick();
  }
  reader.end();
  return told;
}

describe('a stream of another rate', () => {
  it.each([
    { rateHz: 48_000, channels: 2, fromS: 0, pieceS: 0.1 },
    { rateHz: 48_000, channels: 2, fromS: 2, pieceS: 0.2 },
    { rateHz: 48_000, channels: 2, fromS: 0, pieceS: 0.35 },
    { rateHz: 44_100, channels: 2, fromS: 2, pieceS: 0.1 },
    { rateHz: 48_000, channels: 1, fromS: 2, pieceS: 0.2 },
    { rateHz: 32_000, channels: 1, fromS: 2, pieceS: 0.1 },
    { rateHz: 22_050, channels: 1, fromS: 2, pieceS: 0.03 },
  ])('is noticed where a busy machine reads it in pieces: %o', (one) => {
    for (const seed of [1, 2]) {
      const told = listen({ ...PLAIN, ...one }, seed);
      expect(told.map(({ what }) => what)).toEqual([`${one.rateHz} Hz x ${one.channels}`]);
      expect(told[0]?.atS).toBeLessThan(5);
    }
  });

  it.each([
    ...[1.4, 1.45, 1.5].flatMap((speed) => [1, 0.1, 0.03].map((gain) => ({ speed, gain }))),
  ])('is not what a program gives that is only too fast: %o', (one) => {
    for (const pieceS of [PIECE_S, 0.2]) {
      expect(listen({ ...PLAIN, ...one, pieceS }, 3)).toEqual([]);
    }
  });

  it.each([1.35, 1.4, 1.5])('is not a quiet, deep voice that comes %s times as fast', (speed) => {
    expect(listen({ ...PLAIN, speed }, 3, hum())).toEqual([]);
  });

  it('is not what comes in pieces of half a second', () => {
    expect(listen({ ...PLAIN, pieceS: 0.5 }, 5)).toEqual([]);
  });
});
