import { expect, it } from 'vitest';
import { type ProcessStat, parseStat } from '../../ts/system/process/process-stat.js';
import { Stillness } from '../../ts/worker/stillness.js';

/** A process table that a test writes. */
function table() {
  const processes = new Map<number, ProcessStat>();
  const put = (pid: number, state: string, progress = 0, startTicks = 7) =>
    processes.set(pid, { state, startTicks, progress });
  return { processes, put, stillness: new Stillness((pid) => processes.get(pid) ?? null) };
}

it('calls a process stopped that was so at two looks', () => {
  const { put, stillness } = table();
  put(1, 'T');
  expect([stillness.look(1, 10), stillness.look(1, 10.2), stillness.look(1, 10.4)]).toEqual([
    'doubtful',
    'doubtful',
    'stopped',
  ]);
});

it('takes a short stop, and one of a later process with the same number, for nothing', () => {
  const { put, stillness } = table();
  put(1, 'T');
  stillness.look(1, 10);
  put(1, 'S');
  expect(stillness.look(1, 11)).toBe('lives');
  put(1, 'T');
  expect(stillness.look(1, 12)).toBe('doubtful');
  put(1, 'T', 0, 8);
  expect(stillness.look(1, 13)).toBe('doubtful');
});

it.each(['R', 'S', 'D', 't'])('never calls state %s stopped: the machine may be slow', (state) => {
  const { put, stillness } = table();
  put(1, state);
  expect([stillness.look(1, 10), stillness.look(1, 100)]).toEqual(['lives', 'lives']);
});

it('knows one that has ended from one that is gone', () => {
  const { processes, put, stillness } = table();
  put(1, 'Z');
  stillness.look(1, 10);
  expect(stillness.look(1, 11)).toBe('ended');
  processes.delete(1);
  expect(stillness.look(1, 12)).toBe('gone');
});

it('sees whether a silent process gets on', () => {
  const { put, stillness } = table();
  put(1, 'D', 5);
  expect([stillness.gotOn(1), stillness.gotOn(1)]).toEqual([false, false]);
  put(1, 'D', 6);
  expect([stillness.gotOn(1), stillness.gotOn(1)]).toEqual([true, false]);
});

it('reads a line of the kernel, whatever the name of the program', () => {
  const fields = ['T', ...Array.from({ length: 49 }, (_, at) => String(at + 4))];
  expect(parseStat(`42 (a ) S (b) ${fields.join(' ')}\n`)).toEqual({
    state: 'T',
    startTicks: 22,
    progress: 12 + 14 + 15,
  });
});
