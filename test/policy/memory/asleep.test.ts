import { describe, expect, test } from 'vitest';
import type { PolicyFact } from '../../../ts/domain/events.js';
import { decide } from '../../../ts/policy/decide.js';
import { DEFAULT_SETTINGS } from '../../../ts/policy/state/settings.js';
import { initialState } from '../../../ts/policy/state/state.js';
import { nextWakeS } from '../../../ts/policy/telling/wake.js';

const START: PolicyFact = {
  kind: 'start',
  card: { totalMb: 4295 },
  hostFreeMb: 8000,
  breaker: null,
  demand: null,
};
const LOOK: readonly PolicyFact[] = [{ kind: 'card_asleep' }, { kind: 'tick' }];

/** Runs facts six seconds apart; returns the last state and which GPU workers were started, and why the breaker opened. */
function run(...facts: readonly PolicyFact[]) {
  let state = initialState(DEFAULT_SETTINGS);
  const starts: string[] = [];
  let looks = 0;
  facts.forEach((fact, index) => {
    const step = decide(state, { ...fact, atS: index * 6 }, DEFAULT_SETTINGS);
    state = step.state;
    for (const { action, reason } of step.decisions) {
      if (action.kind === 'spawn_worker' && action.worker === 'gpu') starts.push(reason);
      if (action.kind === 'sample') looks += 1;
    }
  });
  return { state, starts, looks };
}

describe('a card that sleeps', () => {
  test('is looked at now and then, is not taken as gone, and no worker wakes it', () => {
    const { state, starts, looks } = run(START, ...LOOK, ...LOOK, ...LOOK);
    expect(starts).toEqual([]);
    expect(state.breaker.kind).toBe('closed');
    expect(looks).toBeGreaterThanOrEqual(3);
    expect(nextWakeS(state)).not.toBeNull();
  });

  test.each([
    { kind: 'speaking', active: true },
    { kind: 'utterance', utterance: 1, seconds: 3, speculative: false },
    { kind: 'migrate', model: 'stt', device: 'cuda' },
  ] satisfies PolicyFact[])('is woken by $kind', (fact) => {
    expect(run(START, ...LOOK, fact).starts).toHaveLength(1);
  });

  test('that somebody else has woken is used', () => {
    const card = { totalMb: 4295, driverFreeMb: 3900, own: null, source: 'nvidia-smi' } as const;
    expect(run(START, ...LOOK, { kind: 'sample', card }).starts).toHaveLength(1);
  });
});
