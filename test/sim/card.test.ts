import { describe, expect, it } from 'vitest';
import { Allocator } from '../../ts/sim/machine/allocator.js';
import { Card } from '../../ts/sim/machine/card.js';

function openContext(totalMb: number): { card: Card; worker: Allocator } {
  const card = new Card(totalMb);
  const worker = new Allocator(300);
  expect(card.attach(worker)).toBe(true);
  return { card, worker };
}

describe('a modelled card', () => {
  it('counts the context from the start of a process to its end', () => {
    const { card, worker } = openContext(4295);
    expect(card.freeMb()).toBe(3995);
    card.detach(worker);
    expect(card.freeMb()).toBe(4295);
  });

  it('has no room for a context where others hold nearly all', () => {
    const card = new Card(4295);
    card.wantedMb = 4100;
    expect(card.attach(new Allocator(300))).toBe(false);
    expect(card.freeMb()).toBe(195);
  });

  it('never gives others more than there is, and at once what becomes free', () => {
    const { card, worker } = openContext(4295);
    card.wantedMb = 5000;
    expect(card.freeMb()).toBe(0);
    expect(card.shortageMb()).toBe(1005);
    card.detach(worker);
    expect(card.freeMb()).toBe(0);
  });
});

describe('its allocator', () => {
  it('keeps what a call gave back until the cache is emptied', () => {
    const { card, worker } = openContext(4295);
    expect(worker.allocate(1766, card.freeMb())).toBe(true);
    expect(worker.allocate(200, card.freeMb())).toBe(true);
    worker.release(200);
    expect(worker.report(card.freeMb())).toMatchObject({ activeMb: 1766, reservedMb: 1966 });
    worker.emptyCache();
    expect(card.freeMb()).toBe(4295 - 300 - 1766);
  });

  it('serves a call from the cache when the card is full', () => {
    const { card, worker } = openContext(1000);
    worker.allocate(200, card.freeMb());
    worker.release(200);
    card.wantedMb = 1000;
    expect(worker.allocate(200, card.freeMb())).toBe(true);
    expect(worker.allocate(1, card.freeMb())).toBe(false);
  });

  it('tells the peak of a request above its start', () => {
    const { card, worker } = openContext(4295);
    worker.allocate(1766, card.freeMb());
    worker.startRequest();
    worker.allocate(80, card.freeMb());
    worker.release(80);
    expect(worker.requestPeakMb()).toBe(80);
    expect(worker.report(0).peakMb).toBe(1846);
  });
});
