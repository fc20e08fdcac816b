import { describe, expect, test } from 'vitest';
import type { Action } from '../../ts/domain/actions.js';
import { view } from '../../ts/policy/telling/view.js';
import { judgeEnd, watchRules } from './rules.js';
import { type Happening, type Moment, World, type WorldOptions } from './world.js';

function live(
  options: Partial<WorldOptions>,
  happenings: readonly (readonly [number, Happening])[],
  untilS: number,
): World {
  const world = new World(options);
  const breaches = watchRules(world);
  const moments: Moment[] = happenings.map(([atS, what]) => ({ atS, what }));
  world.play(moments, untilS);
  expect([...breaches, ...judgeEnd(world)]).toEqual([]);
  return world;
}

function actions<K extends Action['kind']>(world: World, kind: K): Extract<Action, { kind: K }>[] {
  const found: Extract<Action, { kind: K }>[] = [];
  for (const { action } of world.decisions) if (isKind(action, kind)) found.push(action);
  return found;
}

function isKind<K extends Action['kind']>(
  action: Action,
  kind: K,
): action is Extract<Action, { kind: K }> {
  return action.kind === kind;
}

function times(world: World, kind: Action['kind']): number[] {
  return world.decisions.filter(({ action }) => action.kind === kind).map(({ atS }) => atS);
}

function everyTenSeconds(untilS: number): [number, Happening][] {
  const spoken: [number, Happening][] = [];
  for (let atS = 5; atS < untilS; atS += 10) spoken.push([atS, { speech: 4 }]);
  return spoken;
}

describe('a calm card', () => {
  test('of 4 GB with a quiet desktop keeps the model, and nothing moves', () => {
    const world = live({ othersMb: 600 }, everyTenSeconds(3600), 3600);
    expect(world.texts.every(({ device }) => device === 'cuda')).toBe(true);
    expect(new Set(world.decisions.map(({ action }) => action.kind))).toEqual(
      new Set(['spawn_worker', 'transcribe']),
    );
    expect(view(world.state).placement.vad.device).toBe('cuda');
  });

  test('is not needed: without one everything is read on the CPU', () => {
    const world = live({ gpu: false }, everyTenSeconds(60), 100);
    expect(world.texts.map(({ device }) => device)).toEqual(Array(6).fill('cpu'));
    expect(actions(world, 'spawn_worker').map(({ worker }) => worker)).toEqual(['cpu']);
  });

  test('is left alone where the user says so', () => {
    const world = live({ settings: { device: 'cpu' } }, everyTenSeconds(60), 100);
    expect(actions(world, 'spawn_worker').map(({ worker }) => worker)).toEqual(['cpu']);
  });

  test('speech during the loading goes to the CPU', () => {
    const world = live({ settings: { keepCpuWarm: false } }, [[0.5, { speech: 2 }]], 30);
    expect(world.texts.map(({ device }) => device)).toEqual(['cpu']);
    expect(actions(world, 'spawn_worker').map(({ worker }) => worker)).toEqual(['gpu', 'cpu']);
  });
});

describe('pressure', () => {
  test('warning warns once', () => {
    const world = live({ othersMb: 600 }, [[20, { others: 1250 }]], 100);
    expect(actions(world, 'warn')).toEqual([{ kind: 'warn', level: 'warning' }]);
    expect(actions(world, 'move_vad')).toEqual([]);
  });

  test('critical moves voice detection by the first sample, and it comes back', () => {
    const world = live(
      { othersMb: 600 },
      [
        [20, { others: 1500 }],
        [200, { others: 600 }],
      ],
      300,
    );
    const moves = actions(world, 'move_vad');
    expect(moves.map(({ device }) => device)).toEqual(['cpu', 'cuda']);
    const [outS = 0, backS = 0] = times(world, 'move_vad');
    expect(outS - 20).toBeLessThan(1.1);
    expect(backS - 200).toBeLessThan(60);
    expect(actions(world, 'move_stt')).toEqual([]);
    expect(actions(world, 'shorten_window')).toEqual([{ kind: 'shorten_window', seconds: 20 }]);
  });

  test('the guard sends an utterance to the CPU after the cache was emptied', () => {
    const world = live(
      { othersMb: 600 },
      [
        [20, { others: 1600 }],
        [40, { speech: 30 }],
      ],
      100,
    );
    const kinds = world.decisions.filter(({ atS }) => atS >= 40).map(({ action }) => action.kind);
    expect(kinds.slice(0, 2)).toEqual(['empty_cache', 'transcribe']);
    expect(world.texts[0]?.device).toBe('cpu');
    expect(world.gpuOoms).toBe(0);
  });

  test('the guard prefers a shorter window where that is enough', () => {
    const world = live(
      { othersMb: 600 },
      [
        [20, { others: 1515 }],
        [40, { speech: 38 }],
      ],
      100,
    );
    expect(actions(world, 'transcribe').map(({ device, windowS }) => [device, windowS])).toEqual([
      ['cuda', 10],
    ]);
  });

  test('emergency: the model leaves, and is back within a minute of lasting relief', () => {
    const talk = everyTenSeconds(400);
    const world = live(
      { othersMb: 600 },
      [...talk, [100, { others: 2200 }], [250, { others: 300 }]],
      400,
    );
    expect(actions(world, 'move_stt').map(({ device }) => device)).toEqual(['cpu', 'cuda']);
    const [, backS = 0] = times(world, 'move_stt');
    expect(backS - 250).toBeLessThan(60);
    expect(world.texts.at(-1)?.device).toBe('cuda');
  });

  test('emergency: what the model leaves in the cache goes back to the card at once', () => {
    const world = live({ othersMb: 250 }, [[20, { others: 1750 }]], 23);
    const [leftS = 0] = times(world, 'move_stt');
    const emptied = times(world, 'empty_cache').find((atS) => atS >= leftS);
    expect(emptied).toBeDefined();
    expect((emptied ?? 0) - leftS).toBeLessThan(0.2);
  });

  test('still an emergency: the context is given back too', () => {
    const world = live(
      { othersMb: 600 },
      [
        [100, { others: 3600 }],
        [101, { others: 3700 }],
      ],
      130,
    );
    expect(actions(world, 'kill_worker').map(({ worker, gentle }) => [worker, gentle])).toEqual([
      ['gpu', true],
    ]);
  });

  test('someone who never pauses gets the card back too', () => {
    const talk: [number, Happening][] = [[1, { speaking: true }]];
    for (let atS = 5; atS < 400; atS += 2) talk.push([atS, { speech: 5 }]);
    const world = live({}, [...talk, [100, { others: 2500 }], [200, { others: 200 }]], 900);
    const [, backS = 0] = times(world, 'move_stt');
    expect(backS - 200).toBeLessThan(60);
  });

  test('a full card at the start: the CPU, and the card when it has had room', () => {
    const world = live({ othersMb: 3000 }, [...everyTenSeconds(200), [100, { others: 300 }]], 200);
    expect(world.texts[0]?.device).toBe('cpu');
    const [, gpuS = 0] = times(world, 'spawn_worker');
    expect(gpuS).toBeGreaterThan(100);
    expect(gpuS).toBeLessThan(160);
  });
});

describe('a person', () => {
  test('pins a model to the CPU and hands it back', () => {
    const world = live(
      {},
      [
        [20, { migrate: 'stt', device: 'cpu' }],
        [30, { speech: 3 }],
        [100, { migrate: 'stt', device: 'auto' }],
        [110, { speech: 3 }],
      ],
      150,
    );
    expect(times(world, 'move_stt')).toEqual([20, 100]);
    expect(world.texts.map(({ device }) => device)).toEqual(['cpu', 'cuda']);
  });

  test('can not put voice detection on a card at critical', () => {
    const world = live(
      { othersMb: 600 },
      [
        [20, { others: 1500 }],
        [90, { migrate: 'vad', device: 'cuda' }],
        [200, { others: 600 }],
      ],
      400,
    );
    expect(actions(world, 'move_vad').map(({ device }) => device)).toEqual(['cpu', 'cuda']);
    expect(times(world, 'move_vad')[1]).toBeGreaterThan(200);
    expect(view(world.state).placement.vad).toEqual({ device: 'cuda', wish: 'cuda' });
  });
});

describe('no engine at all', () => {
  test('speech waits, and is read in order when there is one again', () => {
    const world = live(
      { hostFreeMb: 100, gpu: false },
      [
        [5, { speech: 3 }],
        [8, { speech: 3 }],
        [60, { hostFree: 3000 }],
      ],
      100,
    );
    expect(actions(world, 'defer').map(({ utterance }) => utterance)).toEqual([1, 2]);
    expect(actions(world, 'degrade').length).toBe(1);
    expect(actions(world, 'restore').length).toBe(1);
    expect(world.texts.map(({ utterance }) => utterance)).toEqual([1, 2]);
  });

  test('is shown with its reason', () => {
    const world = live({ hostFreeMb: 100, gpu: false }, [], 30);
    expect(view(world.state).degraded?.reason).toContain('600 MB');
  });
});

describe('guesses', () => {
  test('are read while nothing else waits, and count when confirmed', () => {
    const world = live({}, [[10, { speech: 3, speculative: 'confirmed' }]], 20);
    expect(world.texts.length).toBe(1);
    expect(world.texts[0]?.atS).toBeLessThan(10.4);
  });

  test('that are withdrawn free the worker for the next utterance', () => {
    const world = live(
      {},
      [
        [10, { speech: 40, speculative: 'withdrawn' }],
        [11, { speech: 3 }],
      ],
      30,
    );
    expect(world.texts.some(({ utterance }) => utterance === 2)).toBe(true);
    expect(world.state.held).toEqual([]);
  });
});
