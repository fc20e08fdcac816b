import { describe, expect, test } from 'vitest';
import type { HeardSpeech } from '../../../ts/domain/events.js';
import { takeFact } from '../../../ts/policy/facts/take-fact.js';
import type { PolicyState } from '../../../ts/policy/state/state.js';
import { dispatch } from '../../../ts/policy/transcribing/dispatch.js';
import { describeUnwritten, suspectText } from '../../../ts/policy/transcribing/suspicion.js';
import { apply, calm, jobOf, NOW_S } from '../states.js';

const WHOLE: HeardSpeech = { speechS: 5, uncoveredS: null, letters: 65, parts: 2 };
const HALF: HeardSpeech = { ...WHOLE, letters: 32 };

test.each<[string, Partial<HeardSpeech>, boolean]>([
  ['as many letters as are said', {}, false],
  ['half as many', { letters: 32 }, true],
  ['half as many, but no rest to cut at', { letters: 32, parts: 1 }, false],
  ['half as many from an engine that heard all', { letters: 32, uncoveredS: 0.2 }, false],
  ['next to none from an engine that heard all', { letters: 6, uncoveredS: 0.2 }, true],
  ['speech behind the last word', { uncoveredS: 1.4 }, true],
  ['no letter for a cough', { speechS: 0.6, letters: 0 }, false],
  ['no letter for a sentence', { letters: 0 }, true],
])('%s', (_, changes, suspicious) => {
  expect(suspectText({ ...WHOLE, ...changes }) !== null).toBe(suspicious);
});

test('speech is told to be without text only where that is known', () => {
  expect(describeUnwritten(HALF)).toBeNull();
  expect(describeUnwritten({ ...HALF, uncoveredS: 2 })).toMatch(/2.0 s of speech/);
  expect(describeUnwritten({ ...HALF, letters: 3, parts: 1 })).toMatch(/3 letters/);
});

const RUN = { kind: 'running', worker: 'gpu', generation: 2, windowS: 40 } as const;
const STAGE = { ...RUN, allowanceS: 14, deadlineS: NOW_S + 9 };

function answer(state: PolicyState, heard: HeardSpeech | undefined) {
  const by = { worker: 'gpu', generation: 2, utterance: 5, engineS: 0.3, needMb: 60 } as const;
  const fact = { kind: 'transcribed', ...by, ...(heard === undefined ? {} : { heard }) } as const;
  return apply(state, (turn) => takeFact(turn, { ...fact, atS: NOW_S }));
}

describe('a text', () => {
  const job = jobOf({ utterance: 5, seconds: 6, stage: STAGE });

  test.each([
    ['fits', WHOLE],
    ['was not compared', undefined],
  ])('that %s is taken', (_, heard) => {
    const { state, actions } = answer(calm({ job }), heard);
    expect([state.job, actions]).toEqual([null, []]);
  });

  test('that does not fit is heard once more, cut at its rests, before anything behind it', () => {
    const first = answer(calm({ job }), HALF);
    expect(first.decisions).toMatchObject([
      { action: { kind: 'hear_again', utterance: 5 }, reason: '32 letters for 5.0 s of speech' },
    ]);
    const { state, actions } = apply(first.state, dispatch);
    expect(actions).toMatchObject([{ kind: 'transcribe', utterance: 5, atRests: true }]);
    expect(answer(state, HALF).state.job).toBeNull();
  });

  test('that still leaves speech out is told', () => {
    const lacking = { ...HALF, uncoveredS: 2 };
    expect(answer(calm({ job: { ...job, again: true } }), lacking).actions).toEqual([
      { kind: 'speech_without_text', utterance: 5 },
    ]);
  });

  test('that nobody wants any more is not doubted', () => {
    expect(answer(calm({ job: { ...job, withdrawn: true } }), HALF).actions).toEqual([]);
  });
});
