import { describe, expect, test } from 'vitest';
import type { PolicyEvent } from '../../../ts/domain/events.js';
import { decide } from '../../../ts/policy/decide.js';
import { DEFAULT_SETTINGS } from '../../../ts/policy/state/settings.js';
import { initialState } from '../../../ts/policy/state/state.js';

const START = { kind: 'start', card: null, hostFreeMb: 8000, breaker: null, demand: null } as const;
const FOUND = {
  kind: 'card_found',
  card: { totalMb: 4295, thresholds: null },
  breaker: null,
  demand: null,
  modelAbsent: false,
} as const;

/** The state after these events, and the kinds of what was decided at the last one. */
function play(events: readonly PolicyEvent[], settings = DEFAULT_SETTINGS) {
  let state = initialState(settings);
  let kinds: string[] = [];
  for (const event of events) {
    const result = decide(state, event, settings);
    state = result.state;
    kinds = result.decisions.map(({ action }) => action.kind);
  }
  return { state, kinds };
}

describe('a card whose driver answers late', () => {
  test('is measured at once, the CPU engine having been started before', () => {
    const before = play([{ ...START, atS: 0 }]);
    expect(before.kinds).toContain('spawn_worker');
    const { state, kinds } = play([
      { ...START, atS: 0 },
      { ...FOUND, atS: 8 },
    ]);
    expect(kinds).toEqual(['sample']);
    expect(state.card?.thresholds.warningMb).toBe(3200);
  });

  test('has the levels of the configuration and the breaker of the run before', () => {
    const thresholds = { warningMb: 1, criticalMb: 2, guardMb: 3, emergencyMb: 4 };
    const breaker = { kind: 'isolated', cause: 'config', remainingS: 0, failures: 3 } as const;
    const found = { ...FOUND, card: { totalMb: 4295, thresholds }, breaker };
    const { state, kinds } = play([
      { ...START, atS: 0 },
      { ...found, atS: 8 },
    ]);
    expect(state.card?.thresholds).toEqual(thresholds);
    expect(state.breaker.kind).toBe('isolated');
    expect(kinds).not.toContain('sample');
  });

  test('is not used where the CPU was asked for, and is not taken twice', () => {
    const cpu = play(
      [
        { ...START, atS: 0 },
        { ...FOUND, atS: 8 },
      ],
      { ...DEFAULT_SETTINGS, device: 'cpu' },
    );
    expect(cpu.state.card).toBeNull();
    const { state } = play([
      { ...START, atS: 0 },
      { ...FOUND, atS: 8 },
      { ...FOUND, card: { totalMb: 9000, thresholds: null }, atS: 9 },
    ]);
    expect(state.card?.totalMb).toBe(4295);
  });
});
