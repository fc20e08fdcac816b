import { describe, expect, test } from 'vitest';
import { CONTEXT_MB, VAD_MB } from '../fake-card.js';
import { type Happening, World } from '../world.js';

/** The policy on a 4 GB card, half a minute after its start, with what happens from then on. */
function live(moments: readonly (readonly [number, Happening])[], untilS: number): World {
  const world = new World({ othersMb: 250 });
  world.play(
    moments.map(([atS, what]) => ({ atS, what })),
    untilS,
  );
  return world;
}

function kindsFrom(world: World, atS: number): string[] {
  return world.decisions.filter((made) => made.atS >= atS).map(({ action }) => action.kind);
}

describe('when the speech model leaves, its memory is free for other programs at once', () => {
  test('a person moves it', () => {
    const world = live([[30, { migrate: 'stt', device: 'cpu' }]], 30.5);
    expect(kindsFrom(world, 30)).toEqual(['move_stt', 'empty_cache']);
    expect(world.heldMb).toBeCloseTo(CONTEXT_MB + VAD_MB);
  });

  test('it is an emergency', () => {
    const world = live([[30, { others: 1750 }]], 32);
    expect(kindsFrom(world, 30)).toContain('move_stt');
    expect(world.heldMb).toBeCloseTo(CONTEXT_MB);
  });

  test('it does not fit when it comes back', () => {
    const returning: readonly (readonly [number, Happening])[] = [
      [30, { migrate: 'stt', device: 'cpu' }],
      [40, { migrate: 'stt', device: 'cuda' }],
      [40.01, { others: 2400 }],
    ];
    const world = live(returning, 40.5);
    expect(world.state.stt.drivenOut).toBe(true);
    expect(world.heldMb).toBeLessThanOrEqual(CONTEXT_MB + VAD_MB);
  });

  test('its process ends', () => {
    const world = live([[30, { sleep: true }]], 31);
    expect(kindsFrom(world, 30)).toEqual(['kill_worker']);
    expect(world.heldMb).toBe(0);
  });
});

describe('what voice detection leaves', () => {
  test('goes with the cache where that is worth it', () => {
    const world = live(
      [
        [30, { speech: 20 }],
        [40, { others: 1450 }],
      ],
      40.2,
    );
    const kinds = kindsFrom(world, 32);
    expect(kinds.slice(0, 2)).toEqual(['move_vad', 'warn']);
    expect(kinds).toContain('empty_cache');
  });

  test('stays in the cache where nobody is short of memory', () => {
    const world = live([[30, { migrate: 'vad', device: 'cpu' }]], 40);
    expect(kindsFrom(world, 30)).toEqual(['move_vad']);
  });
});
