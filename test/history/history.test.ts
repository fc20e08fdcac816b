import {
  appendFileSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HistoryItem } from '../../ts/domain/history.js';
import { toFrame } from '../../ts/history/frames.js';
import { readHistory } from '../../ts/history/read-history.js';
import { HistoryWriter } from '../../ts/history/writer.js';
import { decodeHistory, encodeHistory } from '../../ts/protocol/history.js';

const START_S = 1_700_000_000;
let home = '';
const folder = () => join(home, 'history');

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'history-'));
});

afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function openWriter(options: { days?: number; nowEpochS?: () => number } = {}) {
  const problems: string[] = [];
  const writer = new HistoryWriter({
    folder: folder(),
    days: options.days ?? 7,
    nowEpochS: options.nowEpochS ?? (() => START_S),
    onProblem: (message) => problems.push(message),
  });
  return { writer, problems };
}

function memory(atS: number, usedMb: number): HistoryItem {
  return { atS, kind: 'memory', usedMb, ownMb: 10, cacheMb: 1 };
}

const files = () => readdirSync(folder()).map((name) => join(folder(), name));

describe('the history on the disk', () => {
  it('is read as it was written, also beside the daemon that writes it', async () => {
    const { writer } = openWriter();
    const items: HistoryItem[] = [
      { atS: START_S, kind: 'begin', simulated: false },
      memory(START_S + 1, 2_000),
      { atS: START_S + 2, kind: 'kept', reason: 'injector_failed' },
      memory(START_S + 3, 2_500),
    ];
    writer.add(items);
    await writer.flush();
    expect(readHistory(folder(), START_S)).toEqual(items);
    await writer.close();
  });

  it('is for its owner only', async () => {
    const { writer } = openWriter();
    writer.add([memory(START_S, 1)]);
    await writer.close();
    expect(statSync(folder()).mode & 0o777).toBe(0o700);
    expect(files().map((file) => statSync(file).mode & 0o777)).toEqual([0o600]);
  });

  it('writes nothing where nothing happened', async () => {
    const { writer } = openWriter();
    await writer.close();
    expect(readdirSync(home)).toEqual([]);
  });

  it('loses only the block that a kill tore, wherever that was', async () => {
    const { writer } = openWriter();
    writer.add([memory(START_S, 100)]);
    await writer.flush();
    const [file = ''] = files();
    const whole = statSync(file).size;
    writer.add([memory(START_S + 60, 200)]);
    await writer.close();
    const bytes = readFileSync(file);
    for (let length = whole; length < bytes.length; length += 1) {
      writeFileSync(file, bytes.subarray(0, length));
      expect(readHistory(folder(), START_S)).toEqual([memory(START_S, 100)]);
    }
  });

  it('ends a file at what is damaged and goes on with the next run', async () => {
    const first = openWriter();
    first.writer.add([memory(START_S, 100)]);
    await first.writer.close();
    appendFileSync(files()[0] ?? '', 'SWH1 and then garbage that is long enough to be a header');
    const second = openWriter({ nowEpochS: () => START_S + 5 });
    second.writer.add([memory(START_S + 5, 300)]);
    await second.writer.close();
    expect(readHistory(folder(), START_S)).toEqual([
      memory(START_S, 100),
      memory(START_S + 5, 300),
    ]);
  });

  it('never throws over any bytes', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const decoded = decodeHistory(text);
        return decoded === null || Array.isArray(decoded);
      }),
    );
    openWriter();
    expect(readHistory(folder(), 0)).toEqual([]);
  });

  it('says once that the disk takes nothing, keeps it, and writes it later', async () => {
    writeFileSync(folder(), 'a file stands in the way');
    const { writer, problems } = openWriter();
    writer.add([memory(START_S, 1)]);
    await writer.flush();
    writer.add([memory(START_S + 1, 2)]);
    await writer.flush();
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain('dictation goes on');
    rmSync(folder());
    await writer.close();
    expect(readHistory(folder(), START_S)).toEqual([memory(START_S, 1), memory(START_S + 1, 2)]);
  });

  it('deletes what is older than its days, and the oldest of too much', async () => {
    const old = openWriter({ nowEpochS: () => START_S - 10 * 86_400 });
    old.writer.add([memory(START_S - 10 * 86_400, 1)]);
    await old.writer.close();
    const large = openWriter({ nowEpochS: () => START_S - 86_400 });
    large.writer.add([memory(START_S - 86_400, 2)]);
    await large.writer.close();
    const [oldest = '', recent = ''] = files().sort();
    utimesSync(oldest, START_S - 10 * 86_400, START_S - 10 * 86_400);
    truncateSync(recent, 30_000_000);
    utimesSync(recent, START_S - 86_400, START_S - 86_400);
    const { writer } = openWriter();
    writer.add([memory(START_S, 3)]);
    await writer.close();
    expect(files()).toHaveLength(1);
    expect(readHistory(folder(), 0)).toEqual([memory(START_S, 3)]);
  });

  it('tells first what held when the asked time began', async () => {
    const { writer } = openWriter();
    const card = {
      kind: 'card',
      totalMb: 4_295,
      thresholds: { warningMb: 3_200, criticalMb: 3_500, guardMb: 3_700, emergencyMb: 3_800 },
    } as const;
    writer.add([
      { atS: START_S, kind: 'begin', simulated: true },
      { atS: START_S + 1, ...card },
      { atS: START_S + 2, kind: 'place', model: 'stt', place: 'card' },
      { atS: START_S + 3, kind: 'place', model: 'stt', place: 'cpu' },
      { atS: START_S + 100, kind: 'breaker', state: 'open' },
    ]);
    await writer.close();
    expect(readHistory(folder(), START_S + 50)).toEqual([
      { atS: START_S + 50, kind: 'begin', simulated: true },
      { atS: START_S + 50, ...card },
      { atS: START_S + 50, kind: 'place', model: 'stt', place: 'cpu' },
      { atS: START_S + 100, kind: 'breaker', state: 'open' },
    ]);
  });

  it('takes less than 20 MB for a week of samples each second and a text each ten', () => {
    const minutes = 20;
    let seed = 1;
    const random = () => {
      seed = (seed * 48_271) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    let bytes = 0;
    for (let minute = 0; minute < minutes; minute += 1) {
      const items: HistoryItem[] = [];
      for (let second = 0; second < 60; second += 1) {
        const atS = START_S + minute * 60 + second + random() / 2;
        items.push(memory(atS, 3_000 + random() * 500));
        if (second % 10 > 0) continue;
        items.push({
          ...{ atS, kind: 'decision', action: 'transcribe', fault: null },
          words: `transcribe ${minute * 6} on cuda: the card has room (level normal, used ${Math.round(3_000 + random() * 500)} MB)`,
        });
        const figures = { speechS: random() * 9, delayS: random(), words: 12, rescued: false };
        const rung = { rung: 'canary-1b-flash fp16', place: 'card' } as const;
        items.push({ atS, kind: 'text', utterance: minute * 6, ...figures, ...rung });
      }
      bytes += toFrame(encodeHistory(items)).length;
    }
    expect((bytes / minutes) * 60 * 24 * 7).toBeLessThan(20_000_000);
  });
});
