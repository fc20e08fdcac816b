import { describe, expect, test } from 'vitest';
import type { WorkerRole } from '../../../ts/domain/device.js';
import { requeueJob, takeNextJob } from '../../../ts/policy/state/job.js';
import type { Job } from '../../../ts/policy/state/state.js';
import { apply, calm, jobOf, waiting } from '../states.js';

const FRESH = { utterance: 5, seconds: 2, tried: false };
const TRIED = { utterance: 4, seconds: 2, tried: true };

describe('the next to be read', () => {
  const next = (changes: Parameters<typeof calm>[0], speculate = true) =>
    apply(calm(changes), ({ draft }) => takeNextJob(draft, speculate)).state;

  test('is the first that waits, before any guess', () => {
    const { job, held } = next({ waiting: waiting(6, 7), held: [FRESH] });
    expect([job?.utterance, job?.speculative, held]).toEqual([6, false, [FRESH]]);
  });

  test('is a guess where nothing waits, but none that has failed before', () => {
    const { job, held } = next({ held: [TRIED, FRESH] });
    expect([job?.utterance, job?.speculative, held]).toEqual([5, true, [TRIED]]);
    expect(next({ held: [TRIED] }).job).toBeNull();
  });

  test('is nothing where guesses are not wanted', () => {
    expect(next({ held: [FRESH] }, false).job).toBeNull();
  });
});

describe('an attempt without a text', () => {
  const fail = (job: Partial<Job>, role: WorkerRole, blame: WorkerRole | null) =>
    apply(calm({ job: jobOf(job) }), (turn) => requeueJob(turn, role, blame, 'it died'));

  test('on the card leads to the CPU, on the CPU to another attempt', () => {
    expect(fail({}, 'gpu', 'gpu').state.job).toEqual(
      jobOf({ cpuBecause: 'it died', gpuFailures: 1 }),
    );
    expect(fail({}, 'cpu', 'cpu').state.job).toEqual(jobOf({ cpuFailures: 1 }));
    expect(fail({}, 'gpu', null).state.job).toEqual(jobOf({ cpuBecause: 'it died' }));
  });

  test('at what nobody wants any more is forgotten', () => {
    const { state, actions } = fail({ withdrawn: true }, 'gpu', 'gpu');
    expect([state.job, state.held, actions]).toEqual([null, [], []]);
  });

  test('at a guess sets it aside until it is confirmed', () => {
    const { state } = fail({ speculative: true }, 'gpu', 'gpu');
    expect([state.job, state.held]).toEqual([null, [{ utterance: 7, seconds: 4, tried: true }]]);
  });

  test.each([
    ['cpu', 3],
    ['gpu', 6],
  ] as const)('on the %s is the last when it is number %i', (role, attempts) => {
    const failed = (failures: number) => ({
      [role === 'cpu' ? 'cpuFailures' : 'gpuFailures']: failures,
    });
    expect(fail(failed(attempts - 2), role, role).actions).toEqual([]);
    const { state, actions } = fail(failed(attempts - 1), role, role);
    expect(actions).toEqual([{ kind: 'give_up', utterance: 7 }]);
    expect(state.job).toBeNull();
  });
});
