import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FRAME_SAMPLES } from '../../ts/domain/units.js';
import type { Hypothesis } from '../../ts/speech/endpointing.js';
import type { Mark, SegmenterSettings } from '../../ts/speech/marks.js';
import { cutLive, flushSegmenter, hearFrame, hearHypothesis } from '../../ts/speech/segmenter.js';
import { startSegmenter } from '../../ts/speech/segmenter-state.js';
import { FIXED } from './settings.js';

const ADAPTIVE: SegmenterSettings = { ...FIXED, endpointing: 'adaptive', silenceDurationS: 2 };

function hearAll(settings: SegmenterSettings, probabilities: readonly number[]): Mark[] {
  let segmenter = startSegmenter(settings);
  const marks: Mark[] = [];
  for (const probability of probabilities) {
    const step = hearFrame(segmenter, probability);
    segmenter = step.segmenter;
    marks.push(...step.marks);
  }
  const end = flushSegmenter(segmenter, probabilities.length * FRAME_SAMPLES);
  return [...marks, ...end.marks];
}

function frames(...parts: readonly [probability: number, seconds: number][]): number[] {
  return parts.flatMap(([p, seconds]) => Array<number>(Math.round(seconds / 0.032)).fill(p));
}

function utterances(marks: readonly Mark[]) {
  return marks.flatMap((mark) => (mark.kind === 'utterance' ? [mark] : []));
}

describe('cutting speech into utterances', () => {
  it('cuts at the configured pause and keeps sound around the speech', () => {
    const marks = hearAll(FIXED, frames([0, 1], [0.9, 1.5], [0.1, 1.2], [0.9, 1], [0.1, 1.2]));
    const cut = utterances(marks);
    expect(cut).toHaveLength(2);
    expect(cut[0]?.fromSample).toBeLessThanOrEqual(0.64 * 16_000);
    expect(cut[0]?.toSample).toBeGreaterThan(2.7 * 16_000);
  });

  it('does not cut at a shorter pause', () => {
    const marks = hearAll(FIXED, frames([0.9, 1], [0.1, 0.7], [0.9, 1], [0, 1]));
    expect(utterances(marks)).toHaveLength(1);
  });

  it('makes an utterance of speech that the end of the recording cuts off', () => {
    const marks = hearAll(FIXED, frames([0, 0.5], [0.9, 0.3]));
    const [only] = utterances(marks);
    expect(only?.toSample).toBe(frames([0, 0.5], [0.9, 0.3]).length * FRAME_SAMPLES);
  });

  it('makes nothing of silence and of a single click', () => {
    expect(utterances(hearAll(FIXED, frames([0.02, 5])))).toEqual([]);
    expect(utterances(hearAll(FIXED, frames([0.02, 1], [0.9, 0.032], [0.02, 2])))).toEqual([]);
  });

  it('announces a candidate whose stretch is the one that is closed later', () => {
    const marks = hearAll(FIXED, frames([0, 0.5], [0.9, 1], [0.1, 1]));
    const candidate = marks.find((mark) => mark.kind === 'candidate');
    const [closed] = utterances(marks);
    expect(candidate).toMatchObject({
      fromSample: closed?.fromSample,
      toSample: closed?.toSample,
    });
  });

  it('takes a candidate back when the speaker goes on', () => {
    const marks = hearAll(FIXED, frames([0.9, 1], [0.1, 0.4], [0.9, 1], [0.1, 1]));
    expect(marks.map((mark) => mark.kind)).toContain('resumed');
  });

  it('waits less after a finished sentence than after an open one', () => {
    const spoken = frames([0.9, 1], [0.1, 0.6]);
    const close = (text: string, sentenceEnd: boolean | null) => {
      let segmenter = startSegmenter(ADAPTIVE);
      for (const p of spoken) segmenter = hearFrame(segmenter, p).segmenter;
      const step = hearHypothesis(segmenter, { text, sentenceEnd });
      return utterances(step.marks).length;
    };
    expect(close('that is all', true)).toBe(1);
    expect(close('that is all and', true)).toBe(0);
    expect(close('that is all', null)).toBe(1);
    expect(close('that is all', false)).toBe(0);
  });

  it("keeps the pause of a cut that came too early as the speaker's own", () => {
    let segmenter = startSegmenter(ADAPTIVE);
    for (const p of frames([0.9, 1], [0.1, 0.8], [0.9, 1]))
      segmenter = hearFrame(segmenter, p).segmenter;
    expect(segmenter.innerPausesS).toHaveLength(1);
    expect(segmenter.innerPausesS[0]).toBeCloseTo(0.8, 1);
  });

  it('cuts speech without pauses at its quietest place', () => {
    const marks = hearAll(FIXED, frames([0.9, 20], [0.55, 0.16], [0.9, 20], [0, 1]));
    const [first, second] = utterances(marks);
    expect(first?.toSample).toBeGreaterThan(19.9 * 16_000);
    expect(first?.toSample).toBeLessThan(20.4 * 16_000);
    expect(second?.fromSample).toBe(first?.toSample);
  });
});

describe('whatever is heard', () => {
  const streams = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 600 });

  it('utterances rise, never overlap, and lie inside what was heard', () => {
    fc.assert(
      fc.property(streams, fc.constantFrom(FIXED, ADAPTIVE), (probabilities, settings) => {
        let floor = 0;
        for (const { fromSample, toSample } of utterances(hearAll(settings, probabilities))) {
          expect(fromSample).toBeGreaterThanOrEqual(floor);
          expect(toSample).toBeGreaterThan(fromSample);
          expect(toSample).toBeLessThanOrEqual(probabilities.length * FRAME_SAMPLES);
          floor = toSample;
        }
      }),
    );
  });

  it('every frame of real speech is inside an utterance', () => {
    fc.assert(
      fc.property(streams, (probabilities) => {
        const cut = utterances(hearAll(FIXED, probabilities));
        probabilities.forEach((p, frame) => {
          const run = probabilities.slice(frame, frame + 3);
          if (run.length < 3 || run.some((q) => q < FIXED.threshold) || p < FIXED.threshold) return;
          const at = frame * FRAME_SAMPLES;
          expect(cut.some((u) => u.fromSample <= at && at < u.toSample)).toBe(true);
        });
      }),
    );
  });

  it('releases nothing that a later utterance uses', () => {
    fc.assert(
      fc.property(streams, (probabilities) => {
        let released = 0;
        for (const mark of hearAll(FIXED, probabilities)) {
          if (mark.kind === 'released') released = Math.max(released, mark.belowSample);
          if (mark.kind === 'utterance') expect(mark.fromSample).toBeGreaterThanOrEqual(released);
        }
      }),
    );
  });
});

describe('cutting early', () => {
  const EARLY: SegmenterSettings = { ...ADAPTIVE, early: true, postRollS: 0.16 };
  const FINISHED = { text: 'we went to the house', sentenceEnd: true };

  /** Marks of speech and a pause, in which the recogniser gives its opinion after `seenS` of silence. */
  function pauseWith(hypothesis: Hypothesis, seenS: number, ...rest: readonly number[]): Mark[] {
    let segmenter = startSegmenter(EARLY);
    const marks: Mark[] = [];
    const take = (step: { segmenter: typeof segmenter; marks: readonly Mark[] }) => {
      segmenter = step.segmenter;
      marks.push(...step.marks);
    };
    for (const p of frames([0, 0.5], [0.9, 1.5], [0.1, seenS])) take(hearFrame(segmenter, p));
    take(hearHypothesis(segmenter, hypothesis));
    for (const p of rest) take(hearFrame(segmenter, p));
    take(flushSegmenter(segmenter, segmenter.frame * FRAME_SAMPLES));
    return marks;
  }

  const kinds = (marks: readonly Mark[]) =>
    marks.flatMap((mark) => {
      if (mark.kind === 'utterance')
        return [`${mark.goesOn ? 'more' : 'new'} ${mark.open ? 'open' : 'whole'}`];
      return mark.kind === 'rested' ? ['rested'] : [];
    });

  it('cuts as soon as the words are known, and says when the sentence is over', () => {
    const marks = pauseWith(FINISHED, 0.32, ...frames([0.1, 1]));
    expect(kinds(marks)).toEqual(['new open', 'rested']);
    const at = marks.findIndex(({ kind }) => kind === 'utterance');
    expect(marks.findIndex(({ kind }) => kind === 'rested')).toBeGreaterThan(at);
  });

  it('does not cut at a breath, however soon the words are known', () => {
    const breath = frames([0.1, 0.064], [0.9, 1], [0.1, 2.5]);
    expect(kinds(pauseWith(FINISHED, 0.16, ...breath))).toEqual(['new whole']);
    const pause = frames([0.1, 0.128], [0.9, 1], [0.1, 2.5]);
    expect(kinds(pauseWith(FINISHED, 0.16, ...pause))).toEqual(['new open', 'more whole']);
  });

  it('announces the same stretch again when the pause has lasted a while', () => {
    const marks = pauseWith({ ...FINISHED, unsettled: true }, 0.16, ...frames([0.1, 0.5]));
    const announced = marks.flatMap((mark) => (mark.kind === 'candidate' ? [mark] : []));
    expect(announced.map(({ again }) => again)).toEqual([false, true]);
    expect(announced[1]).toMatchObject({
      fromSample: announced[0]?.fromSample,
      toSample: announced[0]?.toSample,
    });
    expect(
      hearAll(ADAPTIVE, frames([0, 0.5], [0.9, 1.5], [0.1, 1])).filter(
        ({ kind }) => kind === 'candidate',
      ),
    ).toHaveLength(1);
  });

  it('goes on where speech comes back before that', () => {
    const more = frames([0.1, 0.15], [0.9, 1], [0.1, 2.5]);
    expect(kinds(pauseWith(FINISHED, 0.32, ...more))).toEqual(['new open', 'more whole']);
  });

  it('is a sentence of its own where it comes later', () => {
    const more = frames([0.1, 0.6], [0.9, 1], [0.1, 2.5]);
    expect(kinds(pauseWith(FINISHED, 0.32, ...more))).toEqual(['new open', 'rested', 'new whole']);
  });

  it('waits where what follows could change the words, longer than inside any command', () => {
    const held = { ...FINISHED, text: 'a new', unsettled: true };
    const joined = pauseWith(held, 0.32, ...frames([0.1, 0.45], [0.9, 0.5], [0.1, 2.5]));
    expect(kinds(joined)).toEqual(['new whole']);
    expect(kinds(pauseWith(held, 0.32, ...frames([0.1, 0.6])))).toEqual(['new whole']);
  });

  it('keeps the sound of what is open, and lets it go later', () => {
    const marks = pauseWith(FINISHED, 0.32, ...frames([0.1, 4]));
    const released = marks.flatMap((mark) => (mark.kind === 'released' ? [mark.belowSample] : []));
    const [utterance] = utterances(marks);
    expect(released.length).toBeGreaterThan(1);
    expect(Math.min(...released)).toBeGreaterThan((utterance?.toSample ?? 0) + 16_000);
  });

  it('a click behind open words changes nothing', () => {
    const click = frames([0.1, 0.1], [0.9, 0.032], [0.1, 1]);
    expect(kinds(pauseWith(FINISHED, 0.32, ...click))).toEqual(['new open', 'rested']);
  });

  it('cuts speech that goes on only inside of it', () => {
    let segmenter = startSegmenter(EARLY);
    for (const p of frames([0, 0.5], [0.9, 1.5])) segmenter = hearFrame(segmenter, p).segmenter;
    const cut = cutLive(segmenter, segmenter.frame - 10);
    expect(kinds(cut.marks)).toEqual(['new open']);
    expect(utterances(cut.marks)[0]?.toSample).toBe((segmenter.frame - 10) * FRAME_SAMPLES);
    expect(cutLive(cut.segmenter, 1).marks).toEqual([]);
    expect(cutLive(segmenter, segmenter.frame + 1).marks).toEqual([]);
    expect(cutLive(startSegmenter(EARLY), 1).marks).toEqual([]);
  });
});
