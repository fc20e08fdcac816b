import { describe, expect, test } from 'vitest';
import { CPU_IDLE_S, DEFAULT_SETTINGS } from '../../../ts/policy/state/settings.js';
import { initialState, type PolicyState } from '../../../ts/policy/state/state.js';
import { nextWakeS } from '../../../ts/policy/telling/wake.js';

const state: PolicyState = { ...initialState(DEFAULT_SETTINGS), atS: 100 };
const ready = { kind: 'ready', generation: 1, sinceS: 0 } as const;
const ending = { kind: 'ending', generation: 1, deadlineS: 130, gentle: true } as const;

describe('the next wake', () => {
  test('is the earliest of what is due later, and never now', () => {
    const sampling = { nextS: 100, askedS: null, failures: 0 };
    const moving = { to: 'cpu', generation: 1, deadlineS: 105 } as const;
    const waiting = { ...state, sampling, vad: { ...state.vad, moving }, gpu: ending };
    expect(nextWakeS(waiting)).toBe(105);
  });

  test('is none where only an event can change anything', () => {
    expect(nextWakeS(state)).toBeNull();
  });

  test('while the machine sleeps is the end of a process, nothing else', () => {
    const sampling = { nextS: 101, askedS: null, failures: 0 };
    expect(nextWakeS({ ...state, suspended: true, sampling, gpu: ending })).toBe(130);
    expect(nextWakeS({ ...state, suspended: true, sampling })).toBeNull();
  });

  test('comes when an engine has been idle for long', () => {
    expect(nextWakeS({ ...state, cpu: ready, cpuUsedS: 99 })).toBe(99 + CPU_IDLE_S);
  });
});
