import { expect, it } from 'vitest';
import { play } from './play.js';

const START = { t_s: 0, others_mb: 250 };

it('voice detection that comes and goes with a worker is told there, and is no move', () => {
  const events = [
    START,
    { t_s: 20, fault: 'sticky' },
    { t_s: 21, speech_s: 3 },
    { t_s: 60, end: true },
  ];
  const { lines, summary } = play({}, events);
  const workers = lines.filter(({ worker }) => worker === 'gpu');
  expect(workers.map(({ action, vad }) => [action, vad])).toEqual([
    ['spawn_worker', true],
    ['kill_worker', undefined],
    ['spawn_worker', true],
  ]);
  const [, ended, started] = workers;
  expect((started?.t_s ?? 0) - (ended?.t_s ?? 0)).toBeLessThan(60);
  expect(summary.moves_vad).toBe(0);
});

it('each move of it out of and into a living worker is told and counted', () => {
  const events = [
    START,
    { t_s: 20, migrate: 'vad', device: 'cpu' },
    { t_s: 40, migrate: 'vad', device: 'cuda' },
    { t_s: 60, end: true },
  ];
  const { lines, summary } = play({}, events);
  const moves = lines.filter(({ action }) => action === 'move_vad');
  expect(moves.map(({ t_s, device }) => [Math.floor(t_s), device])).toEqual([
    [20, 'cpu'],
    [40, 'cuda'],
  ]);
  expect(summary.moves_vad).toBe(2);
});
