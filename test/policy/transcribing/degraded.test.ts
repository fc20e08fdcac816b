import { describe, expect, test } from 'vitest';
import type { PolicyState, Stage } from '../../../ts/policy/state/state.js';
import { settleDegraded } from '../../../ts/policy/transcribing/degraded.js';
import { apply, calm, figuresAt, jobOf, NOW_S, waiting } from '../states.js';

const NONE = { kind: 'none' } as const;
const LOADING = { kind: 'loading', generation: 3, deadlineS: NOW_S + 60, vad: true } as const;
const { stt } = calm();
/** No model on the card, and a CPU engine that does not start. */
const BARE = {
  gpu: NONE,
  stt: { ...stt, device: 'cpu' },
  cpu: NONE,
  cpuRest: { failures: 3, notBeforeS: 0 },
} as const;
const AWAY = { stt: { ...stt, device: 'cpu', drivenOut: true } } as const;
const RUNNING: Stage = {
  ...{ kind: 'running', worker: 'gpu', generation: 2, windowS: 40 },
  ...{ allowanceS: 14, deadlineS: NOW_S + 9 },
};

const kinds = (changes: Partial<PolicyState>) =>
  apply(calm(changes), settleDegraded).actions.map(({ kind }) => kind);

describe('degraded mode is entered', () => {
  test.each<[string, Partial<PolicyState>]>([
    ['memory keeps the model off the card', { ...BARE, ...AWAY }],
    ['the card fails again and again', { ...BARE, gpuRest: { failures: 3, notBeforeS: 0 } }],
    ['the breaker is open', { ...BARE, breaker: { kind: 'isolated', cause: 'config' } }],
  ])('where %s', (_, changes) => {
    expect(kinds(changes)).toEqual(['degrade']);
  });

  test('where the card has refused what is to be read', () => {
    const { cpu, cpuRest } = BARE;
    expect(kinds({ cpu, cpuRest, job: jobOf({ cpuBecause: 'full' }) })).toEqual([
      'degrade',
      'defer',
    ]);
    expect(kinds({ cpu, cpuRest, job: jobOf() })).toEqual([]);
  });

  test.each<[string, Partial<PolicyState>]>([
    ['a worker for the card loads', { ...BARE, ...AWAY, gpu: LOADING }],
    ['one is about to be started', BARE],
    ['an engine is at work', { ...BARE, ...AWAY, job: jobOf({ stage: RUNNING }) }],
    ['the machine sleeps', { ...BARE, ...AWAY, suspended: true }],
  ])('not while %s', (_, changes) => {
    expect(kinds(changes)).toEqual([]);
  });
});

describe('in degraded mode', () => {
  const degraded = { reason: 'no engine', attempts: 0, nextAttemptS: NOW_S + 2 };
  const { cpu, cpuRest } = BARE;
  const refused = { degraded, cpu, cpuRest, deferredUpTo: 7 };
  const full = figuresAt(NOW_S, 3650);
  const cpuBecause = (job: ReturnType<typeof jobOf>, figures = full) =>
    apply(calm({ ...refused, job, figures }), settleDegraded).state.job?.cpuBecause;

  test('each utterance is told once that it waits', () => {
    const job = jobOf({ cpuBecause: 'full' });
    const { state, actions } = apply(
      calm({ ...refused, deferredUpTo: 0, figures: full, job, waiting: waiting(8, 9) }),
      settleDegraded,
    );
    const told = actions.map((action) => 'utterance' in action && action.utterance);
    expect(told).toEqual([7, 8, 9]);
    expect(apply(state, settleDegraded).actions).toEqual([]);
  });

  test('an utterance goes to the card when 10 s of speech have room there', () => {
    const job = jobOf({ seconds: 30, cpuBecause: 'full' });
    expect(cpuBecause(job, figuresAt(NOW_S, 3700 - 99))).toBe('full');
    expect(cpuBecause(job, figuresAt(NOW_S, 3700 - 100))).toBeNull();
  });

  test.each([{ foundFull: true }, { gpuFailures: 1 }])('but not at once after %j', (changes) => {
    expect(cpuBecause(jobOf({ cpuBecause: 'it failed', ...changes }), figuresAt(NOW_S, 2600))).toBe(
      'it failed',
    );
  });

  test('attempts are made after 2, 5, 10, 20 and then each 30 s; each may use the card and the CPU', () => {
    const waits: number[] = [];
    let state = calm({ ...refused, figures: full });
    for (let attempt = 0; attempt < 6; attempt++) {
      const atS = state.degraded?.nextAttemptS ?? 0;
      waits.push(atS - state.atS);
      const job = jobOf({ cpuBecause: 'it failed', gpuFailures: 1 });
      state = apply({ ...state, atS, cpuRest, job }, settleDegraded).state;
      expect([state.job?.cpuBecause, state.cpuRest.failures]).toEqual([null, 2]);
    }
    expect(waits).toEqual([2, 5, 10, 20, 30, 30]);
  });

  test('an engine ends it, and who waits again later is told again', () => {
    const { state, actions } = apply(calm({ degraded, deferredUpTo: 7 }), settleDegraded);
    expect(actions).toEqual([{ kind: 'restore' }]);
    expect([state.degraded, state.deferredUpTo]).toEqual([null, 0]);
  });

  test('a card that has refused what is to be read does not end it', () => {
    const job = jobOf({ cpuBecause: 'full' });
    expect(kinds({ ...refused, figures: full, job })).toEqual([]);
    expect(kinds({ ...refused, figures: full, job: { ...job, stage: RUNNING } })).toEqual([
      'restore',
    ]);
    expect(kinds({ ...refused, figures: full })).toEqual(['restore']);
  });
});
