import { describe, expect, test } from 'vitest';
import { demandLine, view } from '../../../ts/policy/telling/view.js';
import { explain } from '../../../ts/policy/telling/why.js';
import { World } from '../world.js';

describe('what people are shown', () => {
  test('is where everything is, with figures', () => {
    const world = new World({ othersMb: 600 });
    world.play([{ atS: 10, what: { speech: 8 } }], 10.1);
    const shown = view(world.state);
    expect(shown).toMatchObject({
      level: 'normal',
      placement: { stt: { device: 'cuda', wish: 'auto' }, vad: { device: 'cuda', wish: 'auto' } },
      othersMb: 600,
      totalMb: 4295,
      breaker: { kind: 'closed' },
      waiting: 0,
      inFlight: 1,
      deferred: [],
      degraded: null,
      windowS: 40,
    });
    expect(shown.workers).toEqual([
      { role: 'gpu', generation: 2, phase: 'ready' },
      { role: 'cpu', generation: 1, phase: 'ready' },
    ]);
  });

  test('names what waits while there is no engine', () => {
    const world = new World({ gpu: false, hostFreeMb: 10 });
    world.play(
      [
        { atS: 1, what: { speech: 3 } },
        { atS: 2, what: { speech: 3 } },
      ],
      3,
    );
    expect(view(world.state).deferred).toEqual([1, 2]);
    expect(view(world.state).degraded?.nextAttemptS).toBeGreaterThan(3);
  });

  test('every decision is one line with its reason and figures', () => {
    const world = new World({ othersMb: 600 });
    world.play([{ atS: 20, what: { others: 2500 } }], 30);
    const lines = world.decisions.map(explain);
    expect(lines.every((line) => !line.includes('\n'))).toBe(true);
    expect(lines).toContainEqual(
      expect.stringMatching(
        /move speech recognition to cpu: \d+ MB used is an emergency \(level emergency, used/,
      ),
    );
  });

  test('the demand line can be kept', () => {
    const world = new World();
    expect(demandLine(world.state)).toEqual({ baseMb: 60, mbPerS: 4, samples: 0 });
  });
});
