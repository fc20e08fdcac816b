import { describe, expect, test } from 'vitest';
import type { Decision } from '../../../ts/domain/actions.js';
import { describeAction } from '../../../ts/policy/telling/why.js';
import { World } from '../world.js';

const COME = { modelArrives: true } as const;
const REASON = 'its engine makes way for the configured one, whose model has come';

/** Starts and planned ends of workers, in words. */
function workersOf(world: World): string[] {
  const isWorker = ({ action }: Decision) => /spawn_worker|kill_worker/.test(action.kind);
  return world.decisions
    .filter(isWorker)
    .map(({ action, atS, reason }) => `${describeAction(action, atS)}: ${reason}`);
}

describe('a model that comes while the embedded engine dictates', () => {
  test('replaces the CPU worker once, and what is said meanwhile is typed once', () => {
    const world = new World({ gpu: false });
    world.play(
      [
        { atS: 10, what: COME },
        { atS: 10.01, what: { speech: 3 } },
      ],
      60,
    );
    expect(workersOf(world)).toEqual([
      'start the cpu worker (generation 1): the card is not used',
      `end the cpu worker (generation 1): ${REASON}`,
      'start the cpu worker (generation 2): the card is not used',
    ]);
    expect(world.texts.map(({ utterance }) => utterance)).toEqual([1]);
  });

  test('waits for the end of a sentence', () => {
    const world = new World({ gpu: false });
    world.play(
      [
        { atS: 10, what: { speaking: true } },
        { atS: 11, what: COME },
        { atS: 15, what: { speech: 5 } },
        { atS: 15.1, what: { speaking: false } },
      ],
      40,
    );
    const [ended] = world.decisions.filter(({ reason }) => reason === REASON);
    expect(ended?.atS).toBeGreaterThanOrEqual(world.texts[0]?.atS ?? Number.POSITIVE_INFINITY);
    expect(world.texts).toHaveLength(1);
  });

  test('replaces a worker that still loads as soon as it is there', () => {
    const world = new World({ gpu: false });
    world.play([{ atS: 1, what: COME }], 20);
    expect(world.state.cpu).toMatchObject({ kind: 'ready', generation: 2 });
  });

  test('leaves the worker alone while host memory is too short for another', () => {
    const world = new World({ gpu: false });
    world.play(
      [
        { atS: 5, what: { hostFree: 100 } },
        { atS: 10, what: COME },
      ],
      30,
    );
    expect(world.state.cpu).toMatchObject({ kind: 'ready', generation: 1 });
    world.happen({ hostFree: 8000 });
    world.runUntil(60);
    expect(world.state.cpu).toMatchObject({ kind: 'ready', generation: 2 });
  });

  test('a worker that was started with it is not replaced', () => {
    const world = new World({ gpu: false });
    world.play(
      [
        { atS: 10, what: COME },
        { atS: 30, what: { speech: 3 } },
      ],
      90,
    );
    expect(world.decisions.filter(({ reason }) => reason === REASON)).toHaveLength(1);
  });
});

describe('a card without a model', () => {
  test('is not used before the model comes, and is used then', () => {
    const world = new World({ modelAbsent: true });
    world.play([{ atS: 10, what: { speech: 3 } }], 60);
    expect(world.texts.map(({ device }) => device)).toEqual(['cpu']);
    const [spoken] = world.decisions.filter(({ action }) => action.kind === 'transcribe');
    expect(spoken?.reason).toBe('the model for the card is not on this machine yet');
    expect(workersOf(world).join()).not.toContain('gpu');
    world.happen(COME);
    world.runUntil(120);
    expect(world.state.stt.device).toBe('cuda');
    expect(world.state.breaker.kind).toBe('closed');
  });

  test('is not probed after a suspend', () => {
    const world = new World({ modelAbsent: true });
    world.play(
      [
        { atS: 10, what: { sleep: true } },
        { atS: 20, what: { sleep: false } },
      ],
      300,
    );
    expect(world.decisions.filter(({ action }) => action.kind === 'probe')).toEqual([]);
    world.happen(COME);
    world.runUntil(600);
    expect(world.state.stt.device).toBe('cuda');
  });
});

describe('a card that was given up for its model', () => {
  const breakers = (world: World) =>
    world.decisions.flatMap(({ action }) => (action.kind === 'breaker' ? [action.state.kind] : []));

  test('is tried by a probe when another model has come, and used when that passes', () => {
    const world = new World();
    world.play(
      [
        { atS: 20, what: { fault: 'config' } },
        { atS: 21, what: { speech: 3 } },
      ],
      300,
    );
    expect(breakers(world)).toEqual(['isolated']);
    world.happen(COME);
    world.happen({ speech: 3 });
    world.runUntil(360);
    world.happen({ speech: 3 });
    world.runUntil(400);
    expect(breakers(world)).toEqual(['isolated', 'open', 'half_open', 'closed']);
    expect(world.texts.map(({ device }) => device)).toEqual(['cpu', 'cpu', 'cuda']);
  });

  test('is given up again where that one does not fit either, without a word of the person', () => {
    const world = new World();
    world.play(
      [
        { atS: 20, what: { fault: 'config' } },
        { atS: 21, what: { speech: 3 } },
      ],
      60,
    );
    world.happen({ fault: 'config' });
    world.happen(COME);
    world.runUntil(120);
    expect(breakers(world)).toEqual(['isolated', 'open', 'half_open', 'isolated']);
    expect(world.state.probe).toBeNull();
  });

  test('is left alone by a model that comes while it is well', () => {
    const world = new World();
    world.play([{ atS: 20, what: COME }], 60);
    expect(breakers(world)).toEqual([]);
  });
});
