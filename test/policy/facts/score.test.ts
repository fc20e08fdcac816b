import { describe, expect, test } from 'vitest';
import type { PolicyFact } from '../../../ts/domain/events.js';
import type { FaultClass } from '../../../ts/domain/fault.js';
import { decide } from '../../../ts/policy/decide.js';
import { DEFAULT_SETTINGS } from '../../../ts/policy/state/settings.js';
import { initialState } from '../../../ts/policy/state/state.js';
import { view } from '../../../ts/policy/telling/view.js';

/** Runs facts one second apart; returns the last state and the kinds of all decisions. */
function run(facts: readonly PolicyFact[]) {
  let state = initialState(DEFAULT_SETTINGS);
  const kinds: string[] = [];
  const faults = new Set<FaultClass>();
  facts.forEach((fact, index) => {
    const result = decide(state, { ...fact, atS: index }, DEFAULT_SETTINGS);
    state = result.state;
    kinds.push(...result.decisions.map(({ action }) => action.kind));
    for (const { figures } of result.decisions)
      if (figures.fault !== null) faults.add(figures.fault);
  });
  return { state, kinds, faults: [...faults] };
}

const card = { totalMb: 4295, driverFreeMb: 3700, own: null, source: 'worker' } as const;

/** A card with room, its worker loaded together with the voice-activity model. */
function onCard(...more: PolicyFact[]): PolicyFact[] {
  return [
    { kind: 'start', card: { totalMb: 4295 }, hostFreeMb: 8000, breaker: null, demand: null },
    { kind: 'sample', card },
    { kind: 'worker_ready', worker: 'cpu', generation: 1 },
    { kind: 'worker_ready', worker: 'gpu', generation: 2 },
    ...more,
  ];
}

describe('voice activity that is to come with its worker', () => {
  const loading = onCard().slice(0, 3);
  const full = { ...card, driverFreeMb: 700 };

  test('is left out as soon as the card is critical, and stays so when the worker is ready', () => {
    const { state, kinds } = run([
      ...loading,
      { kind: 'sample', card: full },
      { kind: 'worker_ready', worker: 'gpu', generation: 2 },
    ]);
    expect(kinds).toContain('move_vad');
    expect(view(state).placement.vad.device).toBe('cpu');
    expect(view(state).placement.stt.device).toBe('cuda');
  });

  test('is left out when a person wants it on the CPU', () => {
    const { state, kinds } = run([
      ...loading,
      { kind: 'migrate', model: 'vad', device: 'cpu' },
      { kind: 'worker_ready', worker: 'gpu', generation: 2 },
    ]);
    expect(kinds.filter((kind) => kind === 'move_vad')).toHaveLength(1);
    expect(view(state).placement.vad.device).toBe('cpu');
  });
});

describe('voice activity that fails on the card', () => {
  test('lives on the card when it came with its worker', () => {
    expect(view(run(onCard()).state).placement.vad.device).toBe('cuda');
  });

  test('moves to the CPU when the card is full', () => {
    const { state, kinds, faults } = run(
      onCard({ kind: 'score_failed', generation: 2, fault: 'oom' }),
    );
    expect(faults).toEqual(['oom']);
    expect(view(state).placement.vad.device).toBe('cpu');
    expect(kinds).toContain('move_vad');
    expect(kinds).not.toContain('kill_worker');
  });

  test('opens the breaker and ends the worker when it is poisoned', () => {
    const { state, kinds } = run(onCard({ kind: 'score_failed', generation: 2, fault: 'sticky' }));
    expect(kinds).toContain('kill_worker');
    expect(state.breaker.kind).toBe('open');
  });

  test('is nobody when the worker is an older one', () => {
    const { kinds } = run(onCard({ kind: 'score_failed', generation: 1, fault: 'sticky' }));
    expect(kinds).not.toContain('kill_worker');
  });
});
