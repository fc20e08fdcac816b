import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ModelFetch } from '../../../ts/daemon/workers/model-fetch.js';
import type { FetchEvent } from '../../../ts/protocol/worker/fetch.js';

const NAME = 'some/model';
const OFFLINE: FetchEvent = { event: 'failed', message: 'connect to the network', again: true };

let nowS = 0;
let lines: string[] = [];
let warnings: string[] = [];
let published: Record<string, unknown>[] = [];
/** One for each attempt: what its process says is said through it. */
let attempts: ((event: FetchEvent) => void)[] = [];
let closed = 0;
let problem: string | null = null;

beforeEach(() => {
  vi.useFakeTimers();
  nowS = 0;
  [lines, warnings, published, attempts] = [[], [], [], []];
  closed = 0;
  problem = null;
});

afterEach(() => {
  vi.useRealTimers();
});

function begin(): ModelFetch {
  const fetch = new ModelFetch(NAME, {
    start: (onEvent) => {
      attempts.push(onEvent);
      return {
        close: () => {
          closed += 1;
          return Promise.resolve();
        },
      };
    },
    arrived: () => problem,
    warn: (message) => warnings.push(message),
    log: (message) => lines.push(message),
    publish: (payload) => published.push(payload),
    nowS: () => nowS,
  });
  fetch.start();
  return fetch;
}

function say(event: FetchEvent): void {
  attempts.at(-1)?.(event);
}

function progress(done_bytes: number): void {
  say({ event: 'progress', done_bytes, total_bytes: 100_000_000 });
}

function pass(seconds: number): void {
  nowS += seconds;
  vi.advanceTimersByTime(seconds * 1e3);
}

describe('a model that is fetched', () => {
  test('is told in the log each five per cent, to programs each one', () => {
    const fetch = begin();
    for (let percent = 0; percent <= 12; percent++) progress(percent * 1e6);
    expect(lines).toEqual([
      'fetching some/model: 0 % (0.0 of 100 MB), the embedded engine dictates meanwhile',
      'fetching some/model: 5 % (5.0 of 100 MB)',
      'fetching some/model: 10 % (10 of 100 MB)',
    ]);
    expect(published).toHaveLength(13);
    expect(published.at(-1)).toMatchObject({
      event: 'model_fetch',
      state: 'fetching',
      done_mb: 12,
      total_mb: 100,
    });
    expect(fetch.view).toMatchObject({ model: NAME, state: 'fetching', done_mb: 12 });
  });

  test('that goes on where it stopped says from where', () => {
    begin();
    progress(40e6);
    expect(lines).toEqual([
      'fetching some/model: 40 % (40 of 100 MB), the embedded engine dictates meanwhile',
    ]);
  });

  test('is shown with size and checksum when it is here, and then no more', () => {
    const fetch = begin();
    progress(0);
    say({ event: 'done', path: '/x', size_bytes: 100_000_000, sha256: 'abc' });
    expect(lines.at(-1)).toBe('fetched some/model: 100 MB, sha256 abc');
    expect(fetch.view).toBeNull();
    expect(published.at(-1)).toEqual({ event: 'model_fetch', model: NAME, state: 'done' });
  });

  test('that is of no use is said, and not fetched again', () => {
    problem = 'no archive';
    const fetch = begin();
    say({ event: 'done', path: '/x', size_bytes: 1, sha256: 'abc' });
    expect(warnings).toEqual(['no archive']);
    expect(fetch.view).toMatchObject({ state: 'failed', message: 'no archive' });
    pass(10_000);
    expect(attempts).toHaveLength(1);
  });
});

describe('a fetch that fails', () => {
  test('is tried again with growing delay, and said once', () => {
    const fetch = begin();
    const waits: number[] = [];
    for (let attempt = 0; attempt < 7; attempt++) {
      say(OFFLINE);
      const wait = fetch.view?.next_attempt_s ?? 0;
      waits.push(wait);
      pass(wait - 1);
      expect(attempts).toHaveLength(attempt + 1);
      pass(1);
      expect(attempts).toHaveLength(attempt + 2);
    }
    expect(waits).toEqual([15, 60, 300, 900, 3600, 3600, 3600]);
    expect(warnings).toEqual(['connect to the network']);
  });

  test('begins with short waits again once something has come', () => {
    const fetch = begin();
    say(OFFLINE);
    pass(15);
    say(OFFLINE);
    pass(60);
    progress(0);
    progress(1e6);
    say(OFFLINE);
    expect(fetch.view?.next_attempt_s).toBe(15);
    expect(warnings).toHaveLength(2);
  });

  test('for good is left alone', () => {
    const fetch = begin();
    say({ event: 'failed', message: 'correct the name', again: false });
    pass(100_000);
    expect(attempts).toHaveLength(1);
    expect(fetch.view).toMatchObject({ state: 'failed', next_attempt_s: null });
  });

  test('ends with the daemon: no further attempt, nothing said', async () => {
    const fetch = begin();
    say(OFFLINE);
    await fetch.close();
    pass(100_000);
    expect(attempts).toHaveLength(1);
    expect(closed).toBe(1);
    progress(1e6);
    expect(lines).toEqual([]);
  });
});
