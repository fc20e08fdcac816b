import { describe, expect, test } from 'vitest';
import { decide } from '../../../ts/policy/decide.js';
import { restDueS } from '../../../ts/policy/placement/rest.js';
import { DEFAULT_SETTINGS } from '../../../ts/policy/state/settings.js';
import { initialState } from '../../../ts/policy/state/state.js';
import { World } from '../world.js';

/** Seconds of an evening without a word. */
const EVENING_S = 8 * 3600;

function kindsFrom(world: World, atS: number): string[] {
  return world.decisions
    .filter((decision) => decision.atS >= atS)
    .map(({ action }) => ('worker' in action ? `${action.kind} ${action.worker}` : action.kind));
}

function live(idleS: number, more: Parameters<World['play']>[0] = []): World {
  const world = new World({ othersMb: 600, settings: { idleS, patienceS: 2 } });
  world.play([{ atS: 10, what: { speech: 4 } }, ...more], EVENING_S + 60);
  return world;
}

describe('a card that nobody dictates to', () => {
  test('is left to itself: the worker ends, and nothing is measured any more', () => {
    const world = live(600);
    const ended = world.decisions.find(({ action }) => action.kind === 'kill_worker');
    expect(ended?.atS).toBeGreaterThanOrEqual(610);
    expect(ended?.atS).toBeLessThan(612);
    expect(ended?.reason).toBe('nobody has dictated for 10 minutes');
    expect(kindsFrom(world, 612)).toEqual([]);
  });

  test('is kept where idle_minutes is 0', () => {
    expect(kindsFrom(live(0), 20)).not.toContain('kill_worker gpu');
  });

  test('is taken again by the microphone, before the first word ends', () => {
    const world = live(600, [
      { atS: EVENING_S, what: { microphone: true } },
      { atS: EVENING_S + 5, what: { speech: 3 } },
    ]);
    expect(kindsFrom(world, EVENING_S)).toContain('spawn_worker gpu');
    const last = world.decisions.filter(({ action }) => action.kind === 'transcribe').at(-1);
    expect(last?.action).toMatchObject({ device: 'cuda' });
  });

  test('is left after half the time on battery', () => {
    const world = live(600, [{ atS: 11, what: { onBattery: true } }]);
    const ended = world.decisions.find(({ action }) => action.kind === 'kill_worker');
    expect(ended?.atS).toBeGreaterThanOrEqual(310);
    expect(ended?.atS).toBeLessThan(313);
  });

  test('stays where a person wants it', () => {
    const world = live(600, [{ atS: 11, what: { migrate: 'stt', device: 'cuda' } }]);
    expect(kindsFrom(world, 20)).not.toContain('kill_worker gpu');
  });
});

describe('an utterance that ends while the card loads', () => {
  test('waits for it within its patience, and is read there', () => {
    const world = new World({ othersMb: 600, settings: { patienceS: 60 } });
    world.play([{ atS: 0.5, what: { speech: 4 } }], 60);
    const [first] = world.decisions.filter(({ action }) => action.kind === 'transcribe');
    expect(first?.action).toMatchObject({ device: 'cuda' });
  });

  test('is read by the CPU when the patience is over, and no later', () => {
    const world = new World({ othersMb: 600, settings: { patienceS: 1 } });
    world.play([{ atS: 0.5, what: { speech: 4 } }], 60);
    const [first] = world.decisions.filter(({ action }) => action.kind === 'transcribe');
    expect(first?.action).toMatchObject({ device: 'cpu' });
    expect(first?.atS).toBeGreaterThanOrEqual(1.5);
  });
});

describe('the size of the speech model', () => {
  test('is measured when it is on the card, whatever was thought before', () => {
    const world = new World({ othersMb: 600, settings: { sttMb: 1200 } });
    world.play([{ atS: 20, what: { speech: 4 } }], 60);
    expect(world.state.sttMeasuredIn).not.toBeNull();
    expect(world.state.sttMb).toBeCloseTo(world.state.figures?.activeMb ?? 0, -1);
  });
});

test('nothing is measured while the breaker waits', () => {
  const world = new World({ othersMb: 600 });
  world.play(
    [
      { atS: 10, what: { driver: 'gone' } },
      { atS: 11, what: { speech: 3 } },
    ],
    500,
  );
  expect(world.state.breaker.kind).toBe('open');
  expect(world.state.sampling.nextS).toBeNull();
});

test('rest is counted from the start of the daemon, not of the machine', () => {
  const settings = { ...DEFAULT_SETTINGS, idleS: 600 };
  const card = { totalMb: 4_295 };
  const fact = { kind: 'start', card, hostFreeMb: 8_000, breaker: null, demand: null } as const;
  const { state } = decide(initialState(settings), { ...fact, atS: 90_000 }, settings);
  expect(state.resting).toBe(false);
  expect(restDueS(state)).toBe(90_600);
});
