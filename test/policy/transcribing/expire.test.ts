import { describe, expect, test } from 'vitest';
import type { PolicyState, Stage, Worker } from '../../../ts/policy/state/state.js';
import { expireDeadlines } from '../../../ts/policy/transcribing/expire.js';
import { apply, calm, jobOf, NOW_S } from '../states.js';

const expire = (changes: Partial<PolicyState>) => apply(calm(changes), expireDeadlines);
const due = { deadlineS: NOW_S };
const loading: Worker = { kind: 'loading', generation: 3, vad: true, ...due };
const running = (worker: 'gpu' | 'cpu'): Stage => ({
  ...{ kind: 'running', worker, generation: worker === 'gpu' ? 2 : 1 },
  ...{ windowS: 40, allowanceS: 14, ...due },
});

describe.each(['gpu', 'cpu'] as const)('a %s worker', (role) => {
  const ending = (gentle: boolean): Worker => ({ kind: 'ending', generation: 3, gentle, ...due });
  const KILL = { kind: 'kill_worker', worker: role, generation: 3, gentle: false };

  test('that does not end when asked is killed, and then taken as gone', () => {
    const { state, actions } = expire({ [role]: ending(true) });
    expect(actions).toEqual([KILL]);
    expect(state[role]).toMatchObject({ kind: 'ending', gentle: false, deadlineS: NOW_S + 10 });
    expect(expire({ [role]: ending(false) }).state[role]).toEqual({ kind: 'none' });
  });

  test('that does not load in time is killed, and the next start waits', () => {
    const { state, actions } = expire({ [role]: loading });
    expect(actions).toEqual([KILL]);
    expect((role === 'gpu' ? state.gpuRest : state.cpuRest).failures).toBe(1);
  });

  test('that hangs on an utterance is killed, blamed, and the next start waits', () => {
    const { state, actions } = expire({ job: jobOf({ stage: running(role) }) });
    expect(actions).toMatchObject([{ kind: 'kill_worker', worker: role, gentle: false }]);
    expect(state.job).toMatchObject({ [`${role}Failures`]: 1, stage: { kind: 'unplaced' } });
    expect((role === 'gpu' ? state.gpuRest : state.cpuRest).failures).toBe(1);
  });
});

test.each(['stt', 'vad'] as const)('a move of %s without an answer ends the worker', (model) => {
  const moving = { to: 'cpu', generation: 2, ...due } as const;
  const { actions } = expire({ [model]: { ...calm()[model], moving } });
  expect(actions).toMatchObject([{ kind: 'kill_worker', worker: 'gpu', gentle: false }]);
});

test('a worker that does not answer after an ambiguous failure is poisoned', () => {
  const { state, actions } = expire({ job: jobOf({ stage: { kind: 'judging', ...due } }) });
  expect(state.breaker).toMatchObject({ kind: 'open', cause: 'sticky' });
  expect(actions.map(({ kind }) => kind)).toEqual(['breaker', 'kill_worker']);
});

test.each<Stage>([
  { kind: 'measuring', emptied: false, retry: false, ...due },
  { kind: 'emptying', generation: 2, retry: false, ...due },
])('an utterance is read on the CPU when $kind takes too long', (stage) => {
  expect(expire({ job: jobOf({ stage }) }).actions).toMatchObject([
    { kind: 'transcribe', utterance: 7, device: 'cpu' },
  ]);
});

test('while the machine sleeps only the end of a process is waited for', () => {
  const ending: Worker = { kind: 'ending', generation: 2, gentle: true, ...due };
  const job = jobOf({ stage: running('cpu') });
  const { actions } = expire({ suspended: true, gpu: ending, job });
  expect(actions).toMatchObject([{ kind: 'kill_worker', worker: 'gpu' }]);
});
