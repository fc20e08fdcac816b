import { describe, expect, test } from 'vitest';
import { settlePlacement, yieldWorker } from '../../../ts/policy/placement/placement.js';
import {
  EMPTY_WINDOW,
  type OthersWindow,
  recordOthers,
} from '../../../ts/policy/state/others-window.js';
import type { PolicyState, Worker } from '../../../ts/policy/state/state.js';
import { apply, at, calm, figuresAt, jobOf, NOW_S } from '../states.js';

const { stt, vad } = calm();
const NONE: Worker = { kind: 'none' };
const LOADING: Worker = { kind: 'loading', generation: 3, deadlineS: NOW_S + 60, vad: true };
const RUNNING = jobOf({
  stage: {
    ...{ kind: 'running', worker: 'gpu', generation: 2, windowS: 40 },
    ...{ allowanceS: 14, deadlineS: NOW_S + 9 },
  },
});

/** Others held this much over the last `seconds`. */
function seen(mb: number, seconds = 30): OthersWindow {
  let window = EMPTY_WINDOW;
  for (let atS = NOW_S - seconds; atS <= NOW_S; atS++) window = recordOthers(window, atS, mb, 30);
  return window;
}

const place = (changes: Partial<PolicyState>) => apply(calm(changes), settlePlacement);
const made = (changes: Partial<PolicyState>) => {
  return place(changes).actions.map((action) =>
    'device' in action ? [action.kind, action.device] : [action.kind],
  );
};

describe('a person', () => {
  const wish = (device: 'cpu' | 'cuda') => ({ wish: device }) as const;

  test('has voice detection back on the CPU at once, also when it is only on its way', () => {
    const moving = { to: 'cuda', generation: 2, deadlineS: NOW_S + 15 } as const;
    const away = { vad: { ...vad, ...wish('cpu'), device: 'cpu', moving } } as const;
    expect(made({ vad: { ...vad, ...wish('cpu') } })).toEqual([['move_vad', 'cpu']]);
    expect(made(away)).toEqual([['move_vad', 'cpu']]);
    expect(made({ vad: { ...vad, ...wish('cpu'), device: 'cpu' }, gpu: LOADING })).toEqual([
      ['move_vad', 'cpu'],
    ]);
  });

  test('has the speech model back when it has read what it reads', () => {
    const wanted = { stt: { ...stt, ...wish('cpu') } };
    expect(made({ ...wanted, job: RUNNING })).toEqual([]);
    expect(made(wanted)).toEqual([['move_stt', 'cpu']]);
  });

  test('has it on the card without the dwell, but not within a minute of its last move', () => {
    const away = { ...stt, ...wish('cuda'), device: 'cpu', drivenOut: true, dwellS: 480 } as const;
    const others = seen(2000);
    expect(made({ stt: { ...away, lastMoveS: NOW_S - 60 }, others, knownOthersMb: 600 })).toEqual([
      ['move_stt', 'cuda'],
    ]);
    expect(made({ stt: { ...away, lastMoveS: NOW_S - 59 }, others, knownOthersMb: 600 })).toEqual(
      [],
    );
  });

  test('has voice detection on the card below critical, not within a minute of its last move', () => {
    const away = { ...vad, ...wish('cuda'), device: 'cpu', dwellS: 480 } as const;
    expect(made({ vad: { ...away, lastMoveS: NOW_S - 60 } })).toEqual([['move_vad', 'cuda']]);
    expect(made({ vad: { ...away, lastMoveS: NOW_S - 59 } })).toEqual([]);
    expect(made({ vad: away, job: RUNNING })).toEqual([]);
    expect(made({ vad: away, figures: figuresAt(NOW_S, 3499) })).toEqual([['move_vad', 'cuda']]);
    expect(made({ vad: away, figures: figuresAt(NOW_S, 3500) })).toEqual([]);
  });
});

describe('the speech model that memory drove out', () => {
  const away = { ...stt, device: 'cpu', drivenOut: true, lastMoveS: NOW_S - 60 } as const;
  const atHome = { ...vad, device: 'cpu', wish: 'cpu' } as const;
  /** Everything allows it back. */
  const BACK = { stt: away, vad: atHome, others: seen(1333), knownOthersMb: 600 };

  test('comes back into the worker that lives, or with a new one', () => {
    expect(made(BACK)).toEqual([['move_stt', 'cuda']]);
    expect(place({ ...BACK, gpu: NONE }).actions).toMatchObject([
      { kind: 'spawn_worker', worker: 'gpu' },
    ]);
  });

  const ending: Worker = { kind: 'ending', generation: 2, gentle: true, deadlineS: NOW_S + 9 };
  test.each<[string, Partial<PolicyState>]>([
    ['the machine sleeps', { suspended: true }],
    ['the worker before it ends', { gpu: ending }],
    ['five were started in ten minutes', { gpu: NONE, gpuStartsS: [10, 20, 30, 40, 50] }],
    ['the card sleeps and nobody speaks', { gpu: NONE, asleep: true }],
    ['others held too much half a minute ago', { others: seen(1334) }],
    ['the level is critical', at('critical')],
    ['the card was not watched for half a minute', { others: seen(600, 29) }],
    ['it has left less than a minute ago', { stt: { ...away, lastMoveS: NOW_S - 59 } }],
    ['returns have failed before', { stt: { ...away, dwellS: 120 } }],
    ['somebody speaks', { speaking: true }],
  ])('does not come back while %s', (_, changes) => {
    expect(made({ ...BACK, ...changes })).toEqual([]);
  });

  test('comes back while somebody speaks, 15 s after it could have', () => {
    const waited = (waitedS: number) => ({ stt: { ...away, dueSinceS: NOW_S - waitedS } });
    expect(made({ ...BACK, speaking: true, ...waited(14) })).toEqual([]);
    expect(made({ ...BACK, speaking: true, ...waited(15) })).toEqual([['move_stt', 'cuda']]);
  });

  test('waits anew when the room is gone meanwhile', () => {
    const { state } = place({ ...BACK, others: seen(1334), stt: { ...away, dueSinceS: 90 } });
    expect(state.stt.dueSinceS).toBeNull();
  });

  test('wakes a sleeping card for who speaks, and for who has asked for it', () => {
    const asleep = { ...BACK, gpu: NONE, asleep: true, figures: null };
    expect(made({ ...asleep, speaking: true, stt: { ...away, dueSinceS: 80 } })).toHaveLength(1);
    expect(made({ ...asleep, stt: { ...away, wish: 'cuda' } })).toHaveLength(1);
  });
});

describe('the speech model that has not been on the card yet', () => {
  const away = { ...stt, device: 'cpu' } as const;
  const START = { stt: away, gpu: NONE, knownOthersMb: 600 };

  test('goes there by figures of the last second, else they are asked for', () => {
    expect(made({ ...START, figures: figuresAt(NOW_S - 1, 600) })).toHaveLength(1);
    const { state, actions } = place({ ...START, figures: figuresAt(NOW_S - 1.1, 600) });
    expect([actions, state.sampling.nextS]).toEqual([[], NOW_S]);
  });

  test('goes there without figures where none can be had', () => {
    const sampling = { nextS: NOW_S + 1, askedS: null, failures: 1 };
    expect(made({ ...START, figures: null, sampling })).toHaveLength(1);
  });

  test('counts as driven out where it has no room', () => {
    const { state, actions } = place({ ...START, knownOthersMb: 1334 });
    expect([actions, state.stt.drivenOut]).toEqual([[], true]);
  });

  const brings = (changes: Partial<PolicyState>) =>
    place({ ...START, vad: { ...vad, device: 'cpu' }, ...changes }).actions.map(
      (action) => 'vad' in action && action.vad,
    );
  const voice = (changes: Partial<PolicyState['vad']>) => ({
    vad: { ...vad, device: 'cpu', ...changes } as const,
  });

  test.each<[boolean, string, Partial<PolicyState>]>([
    [true, 'it may stay', {}],
    [true, 'a person wants it there', voice({ wish: 'cuda' })],
    [false, 'a person wants it on the CPU', voice({ wish: 'cpu' })],
    [true, 'it left a minute ago', voice({ lastMoveS: NOW_S - 60 })],
    [false, 'it left less than a minute ago', voice({ lastMoveS: NOW_S - 59 })],
    [false, 'the level is warning', at('warning')],
    [true, 'the card stays below warning', { others: seen(1031) }],
    [false, 'the card would be at warning', { others: seen(1032) }],
  ])('brings voice detection along: %s where %s', (expected, _, changes) => {
    expect(brings(changes)).toEqual([expected]);
  });
});

describe('voice detection alone', () => {
  const away = { ...vad, device: 'cpu', drivenOut: true, lastMoveS: NOW_S - 60 } as const;
  const BACK = { vad: away, others: seen(1031), knownOthersMb: 600 };

  test('comes back to the worker that lives', () => {
    expect(made(BACK)).toEqual([['move_vad', 'cuda']]);
  });

  const moving = { to: 'cpu', generation: 2, deadlineS: NOW_S + 15 } as const;
  test.each<[string, Partial<PolicyState>]>([
    ['the breaker is open', { breaker: { kind: 'isolated', cause: 'config' } }],
    ['the card works', { job: RUNNING }],
    ['the card would be at warning', { others: seen(1032) }],
    ['the level is warning', at('warning')],
    ['the card was not watched for half a minute', { others: seen(600, 29) }],
    ['the speech model moves', { stt: { ...stt, device: 'cpu', moving } }],
    ['it has left less than a minute ago', { vad: { ...away, lastMoveS: NOW_S - 59, dwellS: 0 } }],
    ['returns have failed before', { vad: { ...away, dwellS: 120 } }],
    ['somebody speaks', { speaking: true }],
    ['a person wants it on the CPU', { vad: { ...away, wish: 'cpu' } }],
  ])('does not come back while %s', (_, changes) => {
    expect(made({ ...BACK, ...changes })).toEqual([]);
  });

  test('waits anew for silence when the room is gone meanwhile', () => {
    const { state } = place({ ...BACK, others: seen(1032), vad: { ...away, dueSinceS: 90 } });
    expect(state.vad.dueSinceS).toBeNull();
  });
});

test('a worker that makes room counts as driven out by memory', () => {
  const { state, actions } = apply(calm(), (turn) => yieldWorker(turn, 'others need the card'));
  expect(actions).toMatchObject([{ kind: 'kill_worker', worker: 'gpu', gentle: true }]);
  expect(state.stt).toMatchObject({ device: 'cpu', drivenOut: true, lastMoveS: NOW_S });
});
