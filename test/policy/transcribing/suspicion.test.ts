import { describe, expect, test } from 'vitest';
import type { HeardSpeech } from '../../../ts/domain/events.js';
import { takeFact } from '../../../ts/policy/facts/take-fact.js';
import type { PolicyState } from '../../../ts/policy/state/state.js';
import { dispatch } from '../../../ts/policy/transcribing/dispatch.js';
import {
  describeUnwritten,
  suspectPart,
  suspectText,
} from '../../../ts/policy/transcribing/suspicion.js';
import { apply, calm, jobOf, NOW_S } from '../states.js';

const WHOLE: HeardSpeech = { speechS: 5, uncoveredS: null, letters: 65, restS: 0.2 };
const HALF: HeardSpeech = { ...WHOLE, letters: 32 };
const SLOW_S = 2;

test.each<[string, Partial<HeardSpeech>, boolean]>([
  ['as many letters as are said', {}, false],
  ['half as many', { letters: 32 }, true],
  ['half as many, but no rest to cut at', { letters: 32, restS: 0 }, false],
  ['half as many from an engine that heard all', { letters: 32, uncoveredS: 0.2 }, false],
  ['next to none from an engine that heard all', { letters: 6, uncoveredS: 0.2 }, true],
  ['speech behind the last word', { uncoveredS: 1.4 }, true],
  ['no letter for a cough', { speechS: 0.6, letters: 0 }, false],
  ['no letter for a sentence', { letters: 0 }, true],
  ['as many letters as are said beside a long rest', { restS: 0.4 }, false],
])('%s', (_, changes, suspicious) => {
  expect(suspectText({ ...WHOLE, ...changes }, SLOW_S) !== null).toBe(suspicious);
});

test('beside a long rest a fast engine that can not tell how far it heard is asked again', () => {
  const beside = { ...WHOLE, restS: 0.4 };
  expect(suspectText(beside, 0.1)).toBe(
    "a rest of 0.4 s, and the engine can't tell how far it heard",
  );
  expect(suspectPart(beside, 0.1)).not.toBeNull();
  expect(suspectText(WHOLE, 0.1)).toBeNull();
  expect(suspectText({ ...beside, uncoveredS: 0 }, 0.1)).toBeNull();
});

test('a part is doubted for less than a whole', () => {
  expect(suspectPart({ ...WHOLE, letters: 55 }, SLOW_S)).toBeNull();
  expect(suspectPart({ ...WHOLE, letters: 45 }, SLOW_S)).not.toBeNull();
});

test('speech is told to be without text only where that is known', () => {
  expect(describeUnwritten(HALF)).toBeNull();
  expect(describeUnwritten({ ...HALF, uncoveredS: 2 })).toMatch(/2.0 s of speech/);
  expect(describeUnwritten({ ...HALF, letters: 3, restS: 0 })).toMatch(/3 letters/);
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

  test('of an engine elsewhere is not heard again by one here because of a rest', () => {
    const stage = { kind: 'remote', attempt: 4, deadlineS: NOW_S + 9 } as const;
    const asked = calm({ job: { ...job, stage } });
    const fact = { kind: 'remote_answered', attempt: 4, utterance: 5, engineS: 0.1 } as const;
    const taken = apply(asked, (turn) =>
      takeFact(turn, { ...fact, heard: { ...WHOLE, restS: 0.5 }, atS: NOW_S }),
    );
    expect([taken.state.job, taken.actions]).toEqual([null, []]);
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
