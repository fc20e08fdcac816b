import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES, FRAME_SECONDS } from '../../ts/domain/units.js';
import { glimpse } from '../../ts/speech/glimpse.js';
import { hearFrame } from '../../ts/speech/segmenter.js';
import { type Segmenter, startSegmenter } from '../../ts/speech/segmenter-state.js';
import { FIXED } from './settings.js';

const BUFFER_S = 5;

function hear(probabilities: readonly number[]): Segmenter {
  return probabilities.reduce(
    (segmenter, probability) => hearFrame(segmenter, probability).segmenter,
    startSegmenter(FIXED),
  );
}

const seconds = (probability: number, s: number): number[] =>
  Array<number>(Math.round(s / FRAME_SECONDS)).fill(probability);

describe('a look at speech that goes on', () => {
  it('waits for a second of speech', () => {
    expect(glimpse(hear(seconds(0, 3)), BUFFER_S, 0)).toBeNull();
    expect(glimpse(hear([...seconds(0, 1), ...seconds(0.9, 0.9)]), BUFFER_S, 0)).toBeNull();
    expect(glimpse(hear([...seconds(0, 1), ...seconds(0.9, 1.1)]), BUFFER_S, 0)).not.toBeNull();
  });

  it('shows a short sentence from before its first sound to now', () => {
    const segmenter = hear([...seconds(0, 1), ...seconds(0.9, 2)]);
    const firstSpoken = Math.round(1 / FRAME_SECONDS) * FRAME_SAMPLES;
    expect(glimpse(segmenter, BUFFER_S, 0)).toEqual({
      fromSample: firstSpoken - 0.4 * 16_000,
      toSample: segmenter.frame * FRAME_SAMPLES,
    });
  });

  it('waits for another second behind the last look', () => {
    const segmenter = hear(seconds(0.9, 3));
    expect(glimpse(segmenter, BUFFER_S, segmenter.frame - 20)).toBeNull();
    expect(glimpse(segmenter, BUFFER_S, segmenter.frame - 32)).not.toBeNull();
  });

  it('says nothing in a pause: the sentence may be whole', () => {
    expect(glimpse(hear([...seconds(0.9, 3), ...seconds(0.1, 0.1)]), BUFFER_S, 0)).toBeNull();
  });

  it('begins the last seconds of a long sentence between two words', () => {
    const dip = [0.7, 0.5, 0.36, 0.5, 0.7];
    const segmenter = hear([...seconds(0.9, 4.4), ...dip, ...seconds(0.9, 4.4)]);
    const middle = Math.round(4.4 / FRAME_SECONDS) + 2;
    expect(glimpse(segmenter, BUFFER_S, 0)?.fromSample).toBe(middle * FRAME_SAMPLES);
  });

  it('is never longer than the buffer, nor shorter than the buffer without its first second', () => {
    const speech = fc.array(fc.double({ min: 0.35, max: 1, noNaN: true }), {
      minLength: 40,
      maxLength: 900,
    });
    const silence = seconds(0, 1);
    const lengths = fc.double({ min: 1, max: 40, noNaN: true });
    fc.assert(
      fc.property(speech, lengths, (probabilities, bufferS) => {
        const segmenter = hear([...silence, 0.9, ...probabilities]);
        const stretch = glimpse(segmenter, bufferS, 0);
        if (stretch === null) return;
        const heardS = (stretch.toSample - stretch.fromSample) / 16_000;
        const spokenS = (segmenter.frame - silence.length) * FRAME_SECONDS;
        expect(stretch.toSample).toBe(segmenter.frame * FRAME_SAMPLES);
        expect(heardS).toBeLessThanOrEqual(bufferS);
        expect(heardS).toBeGreaterThan(Math.min(spokenS, bufferS - Math.min(1, bufferS / 2)) - 0.1);
      }),
    );
  });
});
