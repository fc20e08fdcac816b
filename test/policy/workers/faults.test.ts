import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { FAULT_CLASSES, type FaultClass } from '../../../ts/domain/fault.js';
import { judgeEnd, watchRules } from '../rules.js';
import { type Moment, World } from '../world.js';

const page = new URL('../../../docs/faults.md', import.meta.url);

/** One fault at the first utterance; more speech a little and much later. */
function strike(fault: FaultClass, extra: readonly Moment[] = []): World {
  const world = new World({ othersMb: 600 });
  const breaches = watchRules(world);
  const moments: Moment[] = [
    { atS: 10, what: { fault } },
    { atS: 11, what: { speech: 4 } },
    { atS: 40, what: { speech: 4 } },
    { atS: 900, what: { speech: 4 } },
  ];
  world.play([...moments, ...extra], 1000);
  expect([...breaches, ...judgeEnd(world)]).toEqual([]);
  return world;
}

function breakerOf(world: World): string[] {
  const states: string[] = [];
  for (const { action } of world.decisions)
    if (action.kind === 'breaker') states.push(action.state.kind);
  return states;
}

function devices(world: World): string[] {
  return world.texts.map(({ device }) => device);
}

describe('each class of fault is answered as its table says', () => {
  test('the table names every class once', () => {
    const [table = ''] = readFileSync(page, 'utf8').split('## The breaker');
    const rows = table.matchAll(/^\| `([a-z_]+)` \|/gm);
    expect([...rows].map((row) => row[1])).toEqual([...FAULT_CLASSES]);
  });

  test('oom: the cache is emptied, the same audio again on the card', () => {
    const world = strike('oom');
    expect(devices(world)).toEqual(['cuda', 'cuda', 'cuda']);
    expect(breakerOf(world)).toEqual([]);
  });

  test('oom twice within 5 minutes after the ladder failed opens the breaker', () => {
    const again: Moment[] = [
      { atS: 11.1, what: { fault: 'oom' } },
      { atS: 12, what: { fault: 'oom' } },
      { atS: 13, what: { speech: 3 } },
      { atS: 13.7, what: { fault: 'oom' } },
    ];
    expect(breakerOf(strike('oom', again))).toEqual(['open', 'half_open', 'closed']);
  });

  test('oom at a guess that came to nothing empties the cache and counts for nothing', () => {
    const guesses = [12, 14, 16].flatMap((atS): Moment[] => [
      { atS, what: { fault: 'oom' } },
      { atS: atS + 0.1, what: { speech: 4, speculative: 'withdrawn' } },
    ]);
    const world = strike('oom', guesses);
    const emptied = world.decisions.filter(
      ({ action, reason }) => action.kind === 'empty_cache' && reason.includes('at a guess'),
    );
    expect(emptied.length).toBe(3);
    expect(emptied.map(({ figures }) => figures.fault)).toEqual(['oom', 'oom', 'oom']);
    expect(breakerOf(world)).toEqual([]);
  });

  test('ambiguous: the worker still answers, so it was memory', () => {
    const world = strike('ambiguous');
    expect(devices(world)).toEqual(['cuda', 'cuda', 'cuda']);
    expect(breakerOf(world)).toEqual([]);
  });

  test('sticky: killed at once, the CPU, a probe after about 5 s, the card', () => {
    const world = strike('sticky');
    expect(devices(world)).toEqual(['cpu', 'cuda', 'cuda']);
    expect(breakerOf(world)).toEqual(['open', 'half_open', 'closed']);
    const kill = world.decisions.find(({ action }) => action.kind === 'kill_worker');
    expect(kill?.action).toMatchObject({ gentle: false });
  });

  test('wrong result: as sticky, what was computed is no text', () => {
    const world = strike('wrong_result');
    expect(devices(world)).toEqual(['cpu', 'cuda', 'cuda']);
    expect(breakerOf(world)).toEqual(['open', 'half_open', 'closed']);
    const kill = world.decisions.find(({ action }) => action.kind === 'kill_worker');
    expect(kill?.action).toMatchObject({ gentle: false });
  });

  test('driver gone: the CPU for at least ten minutes', () => {
    const world = strike('driver_gone');
    expect(devices(world)).toEqual(['cpu', 'cpu', 'cuda']);
    const probe = world.decisions.find(({ action }) => action.kind === 'probe');
    expect(probe?.atS).toBeGreaterThan(611);
  });

  test('config: the CPU until another build is started', () => {
    const world = strike('config');
    expect(devices(world)).toEqual(['cpu', 'cpu', 'cpu']);
    expect(breakerOf(world)).toEqual(['isolated']);
  });

  test('hang: noticed at audio x 3 + 2 s, the same audio on the CPU', () => {
    const world = strike('hang');
    expect(devices(world)).toEqual(['cpu', 'cuda', 'cuda']);
    const kill = world.decisions.find(({ action }) => action.kind === 'kill_worker');
    expect(kill?.atS).toBeCloseTo(11 + 4 * 3 + 2, 1);
  });

  test('dead: the same audio on the CPU, a new worker at once', () => {
    const world = strike('dead');
    expect(devices(world)).toEqual(['cpu', 'cuda', 'cuda']);
    expect(breakerOf(world)).toEqual([]);
  });

  test('a worker that dies again and again is started at most 5 times in 10 minutes', () => {
    const moments: Moment[] = [];
    for (let atS = 5; atS < 590; atS += 10) {
      moments.push({ atS, what: { fault: 'dead' } }, { atS: atS + 0.1, what: { speech: 2 } });
    }
    const world = new World({ othersMb: 600 });
    world.play(moments, 600);
    const starts = world.decisions.filter(
      ({ action }) => action.kind === 'spawn_worker' && action.worker === 'gpu',
    );
    expect(starts.length).toBeLessThanOrEqual(5);
    expect(judgeEnd(world)).toEqual([]);
  });

  test('an utterance that no CPU worker survives is given up with its audio, the next one is read', () => {
    const moments: Moment[] = [
      { atS: 10, what: { speech: 60 } },
      { atS: 11, what: { speech: 3 } },
    ];
    for (const atS of [12, 20, 30]) moments.push({ atS, what: { cpuDies: true } });
    const world = new World({ gpu: false });
    world.play(moments, 120);
    expect([...world.givenUp]).toEqual([1]);
    expect(world.texts.map(({ utterance }) => utterance)).toEqual([2]);
  });

  test('a burst between the sample and the call costs one failure, no word', () => {
    const world = new World({ othersMb: 600 });
    world.play(
      [
        { atS: 20, what: { speech: 5 } },
        { atS: 20.001, what: { others: 2229 } },
      ],
      200,
    );
    expect(world.gpuOoms).toBeLessThanOrEqual(1);
    expect(judgeEnd(world)).toEqual([]);
  });

  test('a leak is answered by a new worker in the next silence', () => {
    const world = new World({ othersMb: 250 });
    world.play(
      [
        { atS: 5, what: { leakMbPerMin: 60 } },
        { atS: 100, what: { speaking: true } },
        { atS: 300, what: { speaking: false } },
      ],
      310,
    );
    const kills = world.decisions.filter(({ action }) => action.kind === 'kill_worker');
    expect(kills.map(({ atS }) => atS)).toEqual([300]);
    expect(kills[0]?.reason).toContain('MB more at rest');
  });

  test('what a leak has left behind goes with the process, so that the model has room again', () => {
    const world = new World({ othersMb: 250 });
    world.play(
      [
        { atS: 5, what: { speaking: true } },
        { atS: 5, what: { leakMbPerMin: 600 } },
        { atS: 300, what: { leakMbPerMin: 0 } },
      ],
      400,
    );
    expect(world.state.stt.device).toBe('cuda');
    const reasons = world.decisions.map(({ reason }) => reason);
    expect(reasons).toContainEqual(expect.stringContaining('after the model has left'));
  });

  test('sleep: the worker is ended before, the CPU reads first after, a probe precedes the card', () => {
    const world = new World({});
    const breaches = watchRules(world);
    world.play(
      [
        { atS: 20, what: { speech: 30 } },
        { atS: 20.5, what: { sleep: true } },
        { atS: 80, what: { sleep: false } },
        { atS: 140, what: { speech: 3 } },
      ],
      200,
    );
    expect([...breaches, ...judgeEnd(world)]).toEqual([]);
    expect(devices(world)).toEqual(['cpu', 'cuda']);
    const kinds = world.decisions.filter(({ atS }) => atS > 20.1).map(({ action }) => action.kind);
    expect(kinds).toEqual(['kill_worker', 'transcribe', 'probe', 'spawn_worker', 'transcribe']);
  });
});
