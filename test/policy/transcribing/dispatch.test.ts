import { describe, expect, test } from 'vitest';
import type { PolicyState, Stage } from '../../../ts/policy/state/state.js';
import { dispatch, refuse } from '../../../ts/policy/transcribing/dispatch.js';
import { apply, at, calm, jobOf, NOW_S, waiting } from '../states.js';

const GUESS = { utterance: 5, seconds: 2, tried: false };
const MEASURING: Stage = { kind: 'measuring', emptied: false, retry: false, deadlineS: NOW_S + 1 };
const NONE = { kind: 'none' } as const;
const OPEN = { kind: 'open', cause: 'sticky', untilS: NOW_S + 5, failures: 0 } as const;
const DEGRADED = { reason: 'no engine', attempts: 0, nextAttemptS: NOW_S + 2 };

describe('a guess', () => {
  test.each([{ kind: 'unplaced' }, MEASURING] as const)(
    'makes way, and stays a guess, for what is whole while it is $kind',
    (stage) => {
      const job = jobOf({ ...GUESS, speculative: true, stage });
      const { state } = apply(calm({ job, waiting: waiting(6) }), dispatch);
      expect(state.job?.utterance).toBe(6);
      expect(state.held).toEqual([GUESS]);
    },
  );

  test('that an engine works on is not interrupted', () => {
    const [allowanceS, deadlineS] = [14, NOW_S + 9];
    const run = { kind: 'running', worker: 'gpu', generation: 2, windowS: 40 } as const;
    const job = jobOf({ ...GUESS, speculative: true, stage: { ...run, allowanceS, deadlineS } });
    expect(apply(calm({ job, waiting: waiting(6) }), dispatch).state.job).toEqual(job);
  });

  test('is read where nothing else waits', () => {
    expect(apply(calm({ held: [GUESS] }), dispatch).actions).toMatchObject([
      { kind: 'transcribe', utterance: 5, device: 'cuda' },
    ]);
  });

  test.each<[string, Partial<PolicyState>]>([
    ['the breaker is open', { breaker: OPEN }],
    ['the program is degraded', { degraded: DEGRADED }],
    ['the card is at critical', at('critical')],
    ['no engine is ready', { gpu: NONE, cpu: NONE }],
  ])('is not read while %s', (_, changes) => {
    const { state, actions } = apply(calm({ held: [GUESS], ...changes }), dispatch);
    expect([state.job, state.held, actions]).toEqual([null, [GUESS], []]);
  });
});

describe('what is to be read', () => {
  test('waits while the machine sleeps', () => {
    expect(apply(calm({ waiting: waiting(6), suspended: true }), dispatch).actions).toEqual([]);
  });

  test('is told with the need of its longest piece on the card, without one on the CPU', () => {
    const job = jobOf({ seconds: 60 });
    const onCard = apply(calm({ job }), dispatch).decisions;
    expect(onCard.map(({ figures }) => figures.needMb)).toEqual([60 + 4 * 40]);
    const onCpu = apply(calm({ job: { ...job, cpuBecause: 'full' } }), dispatch).decisions;
    expect(onCpu.map(({ figures }) => figures.needMb)).toEqual([null]);
  });

  test('stays off the card that has refused it, and the CPU engine counts as used', () => {
    const { state, actions } = apply(calm({ job: jobOf() }), (turn) => refuse(turn, 'no room'));
    expect(actions).toMatchObject([{ kind: 'transcribe', device: 'cpu' }]);
    expect([state.job?.cpuBecause, state.cpuUsedS]).toEqual(['no room', NOW_S]);
  });

  test('is cut shorter on the CPU too from critical on', () => {
    const job = jobOf({ seconds: 60, cpuBecause: 'no room' });
    expect(apply(calm({ job, ...at('critical') }), dispatch).actions).toMatchObject([
      { kind: 'transcribe', device: 'cpu', windowS: 20 },
    ]);
  });

  test('starts no CPU engine that has failed three times', () => {
    const start = (failures: number) => {
      const cpuRest = { failures, notBeforeS: 0 };
      return apply(calm({ job: jobOf({ cpuBecause: 'full' }), cpu: NONE, cpuRest }), dispatch)
        .actions;
    };
    expect(start(2)).toMatchObject([{ kind: 'spawn_worker', worker: 'cpu' }]);
    expect(start(3)).toEqual([]);
  });

  const home = calm().stt;
  test.each<[string, Partial<PolicyState>]>([
    ['there is no card to use', { card: null }],
    ['a person wants it on the CPU', { stt: { ...home, wish: 'cpu' } }],
    ['the breaker is open', { breaker: OPEN }],
    ['the card is tried again first', { probeFirst: true }],
    ['others need the card', { stt: { ...home, device: 'cpu', drivenOut: true } }],
    ['the model is not on the card yet', { stt: { ...home, device: 'cpu' } }],
  ])('goes to the CPU because %s', (reason, changes) => {
    const { decisions } = apply(calm({ job: jobOf(), ...changes }), dispatch);
    expect(decisions.map((made) => made.reason)).toEqual([reason]);
  });
});
