import { describe, expect, test } from 'vitest';
import { relieveVoice, settleRelief } from '../../../ts/policy/placement/relief.js';
import type { PolicyState, Worker } from '../../../ts/policy/state/state.js';
import { apply, at, calm, figuresAt, jobOf, NOW_S } from '../states.js';

const { stt, vad } = calm();
const LOADING: Worker = { kind: 'loading', generation: 3, deadlineS: NOW_S + 60, vad: true };
const used = (mb: number) => ({ figures: figuresAt(NOW_S, mb) });
const GENTLE_END = { kind: 'kill_worker', worker: 'gpu', gentle: true };

describe('voice detection', () => {
  const relieve = (changes: Partial<PolicyState>) => apply(calm(changes), relieveVoice);

  test('leaves at the first sample of 3500 MB, and when the level says so', () => {
    const OUT = [{ kind: 'move_vad', device: 'cpu' }];
    expect(relieve(used(3499)).actions).toEqual([]);
    expect(relieve(used(3500)).actions).toMatchObject(OUT);
    expect(relieve({ ...used(3000), ...at('critical') }).actions).toMatchObject(OUT);
  });

  test('does not come along with a worker that still loads', () => {
    const { state, actions } = relieve({
      ...used(3500),
      gpu: LOADING,
      vad: { ...vad, device: 'cpu' },
    });
    expect(actions).toMatchObject([{ kind: 'move_vad', device: 'cpu', generation: 3 }]);
    expect(state.gpu).toMatchObject({ kind: 'loading', vad: false });
  });

  test('that moved less than a minute ago leaves with its process, for half an hour', () => {
    const { state, actions } = relieve({ ...used(3500), vad: { ...vad, lastMoveS: NOW_S - 59 } });
    expect(actions).toMatchObject([GENTLE_END]);
    expect(state.vad).toMatchObject({ device: 'cpu', drivenOut: true, dwellS: 1800 });
  });

  test('that moved less than a minute ago stays where the level is only foretold', () => {
    const recent = { vad: { ...vad, lastMoveS: NOW_S - 59 } };
    expect(relieve({ ...used(3000), ...at('critical'), ...recent }).actions).toEqual([]);
  });
});

describe('the speech model in an emergency', () => {
  const home = { vad: { ...vad, device: 'cpu' } } as const;
  const relieve = (changes: Partial<PolicyState>) =>
    apply(calm({ ...home, ...used(3800), ...at('emergency'), ...changes }), settleRelief);
  const away = { ...stt, device: 'cpu', settledS: NOW_S - 0.1 } as const;
  const moving = (to: 'cpu' | 'cuda') => ({ to, generation: 2, deadlineS: NOW_S + 15 }) as const;
  const run = { kind: 'running', worker: 'gpu', generation: 2, windowS: 40 } as const;
  const RUNNING = jobOf({ stage: { ...run, allowanceS: 14, deadlineS: NOW_S + 9 } });

  test('leaves the card', () => {
    expect(relieve({}).actions).toMatchObject([{ kind: 'move_stt', device: 'cpu' }]);
  });

  test.each<[string, Partial<PolicyState>]>([
    ['the level is lower', at('critical')],
    ['the last sample is below it', used(3799)],
    ['it reads', { job: RUNNING }],
    ['it is leaving already', { stt: { ...away, moving: moving('cpu') } }],
    ['voice detection is leaving', { vad: { ...vad, device: 'cpu', moving: moving('cpu') } }],
    ['it has left after the last sample', { stt: { ...away, settledS: NOW_S } }],
    ['no process is there', { gpu: { kind: 'none' }, stt: away }],
  ])('is left alone while %s', (_, changes) => {
    expect(relieve(changes).actions).toEqual([]);
  });

  test.each<[string, Partial<PolicyState>]>([
    ['it still loads', { gpu: LOADING, stt: away }],
    ['it came less than a minute ago', { stt: { ...stt, lastMoveS: NOW_S - 59 } }],
    ['it is on its way to the card', { stt: { ...away, settledS: NOW_S, moving: moving('cuda') } }],
    ['it has left, and that was not enough', { stt: away }],
  ])('has its process ended where %s', (_, changes) => {
    const { state, actions } = relieve(changes);
    expect(actions.at(-1)).toMatchObject(GENTLE_END);
    expect(actions.map(({ kind }) => kind)).not.toContain('move_stt');
    expect(state.stt.drivenOut).toBe(true);
  });

  test('is one already where the fill rate says so for the next second', () => {
    const filling = { ...figuresAt(NOW_S, 3700), steadyFillMbPerS: 100 };
    expect(relieve({ figures: filling }).actions).toMatchObject([{ kind: 'move_stt' }]);
  });
});
