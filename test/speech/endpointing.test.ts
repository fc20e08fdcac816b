import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  candidatePauseS,
  PAUSE_FLOOR_S,
  type PauseContext,
  requiredPauseS,
} from '../../ts/speech/endpointing.js';

const CONTEXT: PauseContext = {
  ceilingS: 2,
  utteranceS: 3,
  innerPausesS: [],
  probability: 0.02,
  hypothesis: null,
};

function wait(changes: Partial<PauseContext>): number {
  return requiredPauseS('adaptive', { ...CONTEXT, ...changes });
}

function waitAfter(text: string, sentenceEnd: boolean | null, closes = false): number {
  return wait({ hypothesis: { text, sentenceEnd, closes } });
}

describe('how long a pause must last', () => {
  it('is the configured silence, whatever is known, where it is fixed', () => {
    const hypothesis = { text: 'new line', sentenceEnd: true, closes: true };
    expect(requiredPauseS('fixed', { ...CONTEXT, hypothesis })).toBe(2);
  });

  it('is a third of the old default behind a finished sentence', () => {
    expect(waitAfter('that is all', true)).toBeLessThan(2 / 3);
    expect(waitAfter('that is all', true)).toBeGreaterThan(0.5);
  });

  it('grows with what speaks against an end', () => {
    const waits = [
      waitAfter('that is all', true),
      wait({}),
      waitAfter('that is all', false),
      waitAfter('that is all and', false),
    ];
    expect(waits).toEqual([...waits].sort((a, b) => a - b));
    expect(new Set(waits).size).toBe(4);
  });

  it('takes an open ending for open although the engine wrote a full stop', () => {
    expect(waitAfter('that is all and', true)).toBeGreaterThan(0.9);
  });

  it('is short behind a spoken command', () => {
    expect(waitAfter('new line', true, true)).toBeLessThanOrEqual(0.3);
  });

  it('is longer for a single word, which is often a beginning', () => {
    expect(wait({ utteranceS: 0.4 })).toBeGreaterThan(wait({}));
  });

  it('follows a speaker who pauses long inside sentences, a little', () => {
    const hypothesis = { text: 'that is all', sentenceEnd: true };
    const slow = wait({ hypothesis, innerPausesS: [0.5, 0.58, 0.4, 0.52] });
    expect(slow).toBeGreaterThan(waitAfter('that is all', true));
    expect(wait({ hypothesis, innerPausesS: [0.2, 0.2, 0.2, 0.2] })).toBe(
      waitAfter('that is all', true),
    );
  });

  it('waits while a voice seems to begin', () => {
    expect(wait({ probability: 0.45 })).toBe(2);
  });

  it('stays between the floor and the ceiling', () => {
    const text = fc.constantFrom('a', 'that is all', 'and the', '');
    fc.assert(
      fc.property(
        fc.record({
          ceilingS: fc.double({ min: 0.3, max: 10, noNaN: true }),
          utteranceS: fc.double({ min: 0, max: 30, noNaN: true }),
          innerPausesS: fc.array(fc.double({ min: 0, max: 2, noNaN: true })),
          probability: fc.double({ min: 0, max: 1, noNaN: true }),
          hypothesis: fc.option(
            fc.record({ text, sentenceEnd: fc.option(fc.boolean()), closes: fc.boolean() }),
          ),
        }),
        (context) => {
          const seconds = requiredPauseS('adaptive', context);
          expect(seconds).toBeGreaterThanOrEqual(Math.min(PAUSE_FLOOR_S, context.ceilingS));
          expect(seconds).toBeLessThanOrEqual(context.ceilingS);
        },
      ),
    );
  });
});

describe('when recognition may start', () => {
  it('is at once for a speaker of whom nothing is known', () => {
    expect(candidatePauseS([0.5], 0.25)).toBe(0.25);
  });

  it('is later for one who pauses often, so that fewer guesses are in vain', () => {
    expect(candidatePauseS([0.3, 0.3, 0.3], 0.25)).toBeCloseTo(0.38);
    expect(candidatePauseS([0.9, 0.9, 0.9], 0.25)).toBe(0.4);
  });
});
