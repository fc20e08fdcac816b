import { describe, expect, test } from 'vitest';
import type { CardSample, OwnMemory } from '../../../ts/domain/memory.js';
import { readSample } from '../../../ts/policy/state/signal.js';

function own(changes: Partial<OwnMemory>): OwnMemory {
  return {
    contextMb: 300,
    allocatedMb: 1700,
    activeMb: 1766,
    reservedMb: 2000,
    inactiveSplitMb: 34,
    largestFreeMb: 500,
    allocRetries: 0,
    peakMb: 1800,
    ...changes,
  };
}

function card(driverFreeMb: number, mine: OwnMemory | null): CardSample {
  return { totalMb: 4295, driverFreeMb, own: mine, source: 'worker' };
}

describe('a sample', () => {
  test('does not count our own cache, but the part of it that is trapped', () => {
    const figures = readSample(card(1400, own({})), 1, null);
    expect(figures.reclaimableMb).toBe(200);
    expect(figures.usedMb).toBe(4295 - 1400 - 200);
    expect(figures.ownMb).toBe(2066);
    expect(figures.othersMb).toBe(2695 - 2066);
  });

  test('without our figures counts everything as of others', () => {
    const figures = readSample(card(1400, null), 1, null);
    expect([figures.usedMb, figures.othersMb, figures.ownMb]).toEqual([2895, 2895, 0]);
    expect(figures.measured).toBe(false);
  });

  test('never gives negative figures, however torn it is', () => {
    const torn = own({ reservedMb: 0, activeMb: 9000 });
    const figures = readSample(card(5000, torn), 1, null);
    expect([figures.usedMb, figures.othersMb, figures.reclaimableMb]).toEqual([0, 0, 0]);
  });

  test('foretells by the lower of two rates: a step foretells nothing', () => {
    const first = readSample(card(2000, null), 1, null);
    const step = readSample(card(1000, null), 2, first);
    expect([step.fillMbPerS, step.steadyFillMbPerS]).toEqual([1000, 0]);
    const ramp = readSample(card(500, null), 3, step);
    expect(ramp.steadyFillMbPerS).toBe(500);
  });

  test('tells that our allocator was refused memory since the one before', () => {
    const first = readSample(card(1400, own({ allocRetries: 2 })), 1, null);
    expect(first.wasFull).toBe(false);
    const second = readSample(card(1400, own({ allocRetries: 3 })), 2, first);
    expect(second.wasFull).toBe(true);
    expect(readSample(card(1400, own({ allocRetries: 3 })), 3, second).wasFull).toBe(false);
    expect(readSample(card(1400, own({ allocRetries: 0 })), 3, second).wasFull).toBe(false);
  });

  test('knows no rate between figures of different kinds or long ago', () => {
    const first = readSample(card(2000, null), 1, null);
    expect(readSample(card(1000, own({})), 2, first).fillMbPerS).toBe(0);
    expect(readSample(card(1000, null), 60, first).fillMbPerS).toBe(0);
    expect(readSample(card(1000, null), 1.01, first).fillMbPerS).toBe(0);
  });
});
