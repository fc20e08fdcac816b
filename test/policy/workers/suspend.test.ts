import { describe, expect, test } from 'vitest';
import { EMPTY_WINDOW, recordOthers } from '../../../ts/policy/state/others-window.js';
import type { PolicyState } from '../../../ts/policy/state/state.js';
import { prepareSleep, wakeUp } from '../../../ts/policy/workers/suspend.js';
import { apply, calm, jobOf, NOW_S } from '../states.js';

const OPEN = { kind: 'open', cause: 'sticky', untilS: 300, failures: 1 } as const;

describe('before the machine sleeps', () => {
  test('the worker of the card is asked to end, and the card is not measured any more', () => {
    const { state, actions } = apply(calm(), prepareSleep);
    expect(actions).toEqual([{ kind: 'kill_worker', worker: 'gpu', generation: 2, gentle: true }]);
    expect(state.sampling).toEqual({ nextS: null, askedS: null, failures: 0 });
  });

  test('a probe is called off, to be made again at once afterwards', () => {
    const { cause, failures } = OPEN;
    const probing = calm({
      gpu: { kind: 'none' },
      probe: { deadlineS: NOW_S + 60 },
      breaker: { kind: 'half_open', cause, failures },
    });
    const { state } = apply(probing, prepareSleep);
    expect([state.probe, state.breaker]).toEqual([null, { ...OPEN, untilS: NOW_S }]);
  });
});

describe('after it has slept', () => {
  const wake = (changes: Partial<PolicyState> = {}) =>
    apply(calm({ gpu: { kind: 'none' }, suspended: true, ...changes }), wakeUp).state;

  test('nothing that was known of the card counts', () => {
    const others = recordOthers(EMPTY_WINDOW, 90, 600, 30);
    expect(wake({ others, knownOthersMb: 600 })).toMatchObject({
      ...{ suspended: false, resumedS: NOW_S },
      ...{ figures: null, others: EMPTY_WINDOW, knownOthersMb: null },
    });
  });

  test('the card is tried first, where there is one and no breaker says the same', () => {
    expect(wake().probeFirst).toBe(true);
    expect(wake({ card: null }).probeFirst).toBe(false);
    expect(wake({ breaker: OPEN }).probeFirst).toBe(false);
  });

  test('whatever is under way has its whole time again', () => {
    const loading = { kind: 'loading', generation: 3, deadlineS: 50, vad: false } as const;
    const ending = { kind: 'ending', generation: 2, deadlineS: 50, gentle: true } as const;
    const run = { kind: 'running', worker: 'cpu', generation: 1, windowS: 40 } as const;
    const job = jobOf({ stage: { ...run, allowanceS: 60, deadlineS: 50 } });
    expect(wake({ cpu: loading, gpu: ending, job })).toMatchObject({
      cpu: { deadlineS: NOW_S + 60 },
      gpu: { deadlineS: NOW_S },
      job: { stage: { deadlineS: NOW_S + 60 } },
    });
  });

  test('a resume that no sleep preceded changes nothing', () => {
    const awake = calm();
    expect(apply(awake, wakeUp).state).toEqual(awake);
  });
});
