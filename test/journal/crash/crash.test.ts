import { describe, expect, it } from 'vitest';
import { explore } from './explore.js';
import type { Operation } from './operations.js';
import { crashAt, EMPTY, statesOf } from './states.js';

/** A share of what `make crash-states` tries. */
const SEEDS = [11, 12, 13, 14];
const STATES = 250;

describe('a power cut at any moment', () => {
  it.each(SEEDS)('dictation %i: opens, loses nothing, types nothing twice', async (seed) => {
    const { states, again, flaws } = await explore(seed, STATES);
    expect(flaws).toEqual([]);
    expect(states).toBeGreaterThan(STATES / 4);
    expect(again).toBeGreaterThan(0);
  });
});

describe('the states that a crash could leave', () => {
  const write = (file: number, at: number, text: string): Operation => ({
    ...{ kind: 'write', file, at, bytes: Buffer.from(text) },
  });
  const create = (name: string, file: number): Operation => ({ kind: 'create', name, file });
  const shown = (operations: readonly Operation[]) => {
    const point = crashAt(EMPTY, operations, operations.length);
    const states = [...statesOf(point, () => 0)].map(({ names, contents }) =>
      [...names].map(([name, file]) => `${name}=${contents.get(file) ?? ''}`).join(' '),
    );
    return [...new Set(states)].sort();
  };

  it('without a flush of the folder a flushed file may be gone', () => {
    const flushed: Operation[] = [create('a', 1), write(1, 0, 'x'), { kind: 'sync', file: 1 }];
    expect(shown(flushed)).toEqual(['', 'a=x']);
    expect(shown([...flushed, { kind: 'syncFolder' }])).toEqual(['a=x']);
  });

  it('any unflushed write may be there without the ones before it', () => {
    const made: Operation[] = [create('a', 1), { kind: 'syncFolder' }];
    expect(shown([...made, write(1, 0, 'x'), write(1, 1, 'y')])).toEqual([
      'a=',
      'a=\0y',
      'a=x',
      'a=xy',
    ]);
  });

  it('a name may have moved before its content did', () => {
    const old: Operation[] = [create('a', 1), write(1, 0, 'x'), { kind: 'sync', file: 1 }];
    const moved: Operation[] = [
      ...old,
      { kind: 'syncFolder' },
      create('b', 2),
      write(2, 0, 'y'),
      { kind: 'rename', from: 'b', to: 'a', file: 2 },
    ];
    expect(shown(moved)).toEqual(['a=', 'a=x', 'a=x b=', 'a=x b=y', 'a=y']);
  });
});
