import { describe, expect, test } from 'vitest';
import { PRESSURE_LEVELS } from '../../../ts/domain/memory.js';
import type { Job, PolicyState } from '../../../ts/policy/state/state.js';
import {
  askGuard,
  needOf,
  type Verdict,
  windowFor,
} from '../../../ts/policy/transcribing/guard.js';
import { apply, at, calm, figuresAt, jobOf, NOW_S } from '../states.js';

function ask(job: Job, changes: Partial<PolicyState> = {}): Verdict {
  let verdict: Verdict = { kind: 'wait' };
  apply(calm({ job, ...changes }), (turn) => {
    verdict = askGuard(turn, job, 2);
  });
  return verdict;
}

describe('the longest piece given to a model', () => {
  test('is 40 s, from critical on 20 s', () => {
    const windows = PRESSURE_LEVELS.map((level) => [level, windowFor(calm(at(level)))]);
    expect(windows).toEqual([
      ['normal', 40],
      ['warning', 40],
      ['critical', 20],
      ['emergency', 20],
    ]);
  });

  test('is what an utterance needs memory for, but no more than it is long', () => {
    expect(needOf(calm(), jobOf({ seconds: 4 }), 40)).toBe(60 + 4 * 4);
    expect(needOf(calm(), jobOf({ seconds: 90 }), 20)).toBe(60 + 4 * 20);
  });
});

describe('a sample', () => {
  /** Asked for now; `sampleS` and `laterS` are seconds from then. */
  function measured(sampleS: number, laterS: number): string {
    const stage = {
      kind: 'measuring',
      emptied: false,
      retry: false,
      deadlineS: NOW_S + 1,
    } as const;
    const figures = figuresAt(NOW_S + sampleS, 2600);
    return ask(jobOf({ stage }), { atS: NOW_S + laterS, figures }).kind;
  }

  test('counts from the time on that it was asked for', () => {
    expect(measured(0.02, 0.05)).toBe('go');
    expect(measured(-0.02, 0.05)).toBe('wait');
  });

  test('counts for 0.1 s', () => {
    expect(measured(0.02, 0.12)).toBe('go');
    expect(measured(0.02, 0.13)).toBe('wait');
  });

  test.each([
    { kind: 'emptying', generation: 2, retry: false, deadlineS: NOW_S + 3 },
    { kind: 'judging', deadlineS: NOW_S + 1 },
  ] as const)('is not enough while the worker is still $kind', (stage) => {
    expect(ask(jobOf({ stage })).kind).toBe('wait');
  });
});

describe('with an empty cache', () => {
  function emptied(seconds: number, retry: boolean, usedMb: number, changes = {}): unknown {
    const stage = { kind: 'measuring', emptied: true, retry, deadlineS: NOW_S + 1 } as const;
    const verdict = ask(jobOf({ seconds, stage }), {
      figures: figuresAt(NOW_S, usedMb),
      ...changes,
    });
    return verdict.kind === 'go' ? verdict.windowS : verdict.kind;
  }

  test('the longest window below the guard is taken, none is a refusal', () => {
    expect(emptied(38, false, 3700 - 212)).toBe(40);
    expect(emptied(38, false, 3700 - 211)).toBe(20);
    expect(emptied(38, false, 3700 - 139)).toBe(10);
    expect(emptied(38, false, 3700 - 99)).toBe('refused');
  });

  test('it is no longer than the level allows', () => {
    expect(emptied(38, false, 3000, at('critical'))).toBe(20);
  });

  test('after an out-of-memory it is shorter than what has failed', () => {
    expect([30, 20, 19, 8].map((seconds) => emptied(seconds, true, 2600))).toEqual([
      20, 10, 10, 10,
    ]);
  });
});
