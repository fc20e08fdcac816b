import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BreakerMemory } from '../../../ts/domain/breaker.js';
import type { PolicyFact } from '../../../ts/domain/events.js';
import { decide } from '../../../ts/policy/decide.js';
import { DEFAULT_SETTINGS } from '../../../ts/policy/state/settings.js';
import { initialState, type PolicyState } from '../../../ts/policy/state/state.js';
import { nextWakeS } from '../../../ts/policy/telling/wake.js';
import { rememberBreaker } from '../../../ts/policy/workers/breaker.js';
import { nextRandom, PROBE_WAITS_S, probeWait } from '../../../ts/policy/workers/probe-schedule.js';

function started(breaker: BreakerMemory | null): PolicyState {
  const start: PolicyFact = {
    kind: 'start',
    card: { totalMb: 4295 },
    hostFreeMb: 8000,
    breaker,
    demand: null,
  };
  return decide(initialState(DEFAULT_SETTINGS), { ...start, atS: 100 }, DEFAULT_SETTINGS).state;
}

function feed(state: PolicyState, atS: number, fact: PolicyFact): PolicyState {
  return decide(state, { ...fact, atS }, DEFAULT_SETTINGS).state;
}

const free: PolicyFact = {
  kind: 'sample',
  card: { totalMb: 4295, driverFreeMb: 4000, own: null, source: 'nvidia-smi' },
};

describe('the waits before a probe', () => {
  test('follow the schedule, +-20 %, the last one again and again', () => {
    fc.assert(
      fc.property(fc.nat(2 ** 32 - 1), fc.nat(9), (random, failures) => {
        const base = PROBE_WAITS_S[Math.min(failures, 4)] ?? 0;
        const { waitS } = probeWait('sticky', failures, random);
        expect(waitS).toBeGreaterThanOrEqual(base * 0.8);
        expect(waitS).toBeLessThanOrEqual(base * 1.2);
      }),
    );
  });

  test('after a gone driver are ten minutes at the least', () => {
    expect(probeWait('driver_gone', 0, 0).waitS).toBeGreaterThanOrEqual(600);
    expect(probeWait('driver_gone', 0, 2 ** 32 - 1).waitS).toBeLessThanOrEqual(720);
  });

  test('come from a generator that is the same everywhere', () => {
    expect([nextRandom(1), nextRandom(nextRandom(1))]).toEqual([1015568748, 1586005467]);
  });
});

describe('the breaker over a restart', () => {
  test('closed is not worth remembering', () => {
    expect(rememberBreaker(started(null), 100)).toBeNull();
  });

  test('open goes on with what remained of its wait', () => {
    const memory: BreakerMemory = { kind: 'open', cause: 'sticky', remainingS: 40, failures: 2 };
    const state = started(memory);
    expect(rememberBreaker(state, 110)).toEqual({ ...memory, remainingS: 30 });
    expect(state.gpu.kind).toBe('none');
  });

  test('half-open is tried again at once', () => {
    const memory: BreakerMemory = {
      kind: 'half_open',
      cause: 'sticky',
      remainingS: 0,
      failures: 1,
    };
    const state = feed(started(memory), 100.01, free);
    expect(state.breaker.kind).toBe('half_open');
    expect(rememberBreaker(state, 100.01)).toEqual({ ...memory, kind: 'open' });
  });

  test('isolated stays so, without samples or probes', () => {
    const state = started({ kind: 'isolated', cause: 'config', remainingS: 0, failures: 0 });
    expect(state.breaker.kind).toBe('isolated');
    expect(state.sampling.nextS).toBeNull();
    expect(nextWakeS(state)).not.toBeNull();
  });
});

describe('a probe', () => {
  const open: BreakerMemory = { kind: 'open', cause: 'sticky', remainingS: 5, failures: 0 };

  test('that fails waits for the next step of the schedule', () => {
    let state = feed(feed(started(open), 100.01, free), 105, { kind: 'tick' });
    expect(state.breaker.kind).toBe('half_open');
    state = feed(state, 108, { kind: 'probe_done', fault: 'hang' });
    expect(state.breaker).toMatchObject({ kind: 'open', cause: 'hang', failures: 1 });
  });

  test('without an answer by its deadline has hung', () => {
    const asked = feed(feed(started(open), 100.01, free), 105, { kind: 'tick' });
    const state = feed(asked, 105 + DEFAULT_SETTINGS.loadDeadlineS, { kind: 'tick' });
    expect(state.breaker).toMatchObject({ kind: 'open', cause: 'hang' });
  });

  test('that says how far it is does not hang', () => {
    const asked = feed(feed(started(open), 100.01, free), 105, { kind: 'tick' });
    const deadlineS = 105 + DEFAULT_SETTINGS.loadDeadlineS;
    const going = feed(asked, deadlineS - 1, { kind: 'probe_phase' });
    expect(feed(going, deadlineS, { kind: 'tick' }).breaker.kind).toBe('half_open');
    const late = deadlineS - 1 + DEFAULT_SETTINGS.loadDeadlineS;
    expect(feed(going, late, { kind: 'tick' }).breaker.kind).toBe('open');
  });

  test('waits for silence, but not for ever', () => {
    const speaking = feed(feed(started(open), 100.01, free), 101, {
      kind: 'speaking',
      active: true,
    });
    expect(feed(speaking, 106, { kind: 'tick' }).breaker.kind).toBe('open');
    expect(feed(speaking, 121, { kind: 'tick' }).breaker.kind).toBe('half_open');
  });

  test('waits for room on the card', () => {
    const card = { totalMb: 4295, driverFreeMb: 500, own: null, source: 'nvidia-smi' } as const;
    const full = feed(started(open), 100.01, { kind: 'sample', card });
    expect(feed(full, 106, { kind: 'tick' }).breaker.kind).toBe('open');
  });
});
