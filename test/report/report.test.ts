import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { HistoryItem } from '../../ts/domain/history.js';
import { readTimeline } from '../../ts/protocol/simulation/simulation.js';
import { collect } from '../../ts/report/collect.js';
import { countFigures } from '../../ts/report/figures.js';
import { renderReport } from '../../ts/report/page-html.js';
import { thinMemory } from '../../ts/report/thin.js';
import { watchHistory } from '../../ts/sim/chronicle.js';
import { simulate } from '../../ts/sim/run-simulation.js';
import { madeUpRun } from './made-up.js';

const FRAME = { source: 'a test', clock: 'run', fromS: null, toS: null } as const;
const NO_ASSETS = { script: '', style: '' };
const EXAMPLES = [
  'afternoon',
  'burst',
  'closed-lid',
  'driver-gone',
  'no-memory-at-all',
  'sick-card',
];

function simulateExample(name: string) {
  const text = readFileSync(`docs/examples/${name}.jsonl`, 'utf8');
  const { watch, items } = watchHistory();
  const lines = [...simulate(readTimeline(text.trim().split('\n')), watch)];
  return { items, summary: JSON.parse(lines.at(-1) ?? '').summary };
}

describe('the figures of a page', () => {
  it.each(EXAMPLES)('equal the summary of the simulation %s', (name) => {
    const { items, summary } = simulateExample(name);
    const figures = countFigures(collect(items, FRAME));
    expect({
      utterances: figures.texts,
      on_gpu: figures.onCard,
      on_cpu: figures.onCpu,
      text_delay_s: figures.delays,
    }).toEqual({
      utterances: summary.utterances,
      on_gpu: summary.on_gpu,
      on_cpu: summary.on_cpu,
      text_delay_s: summary.text_delay_s,
    });
  });

  it('count an utterance as saved whose first attempt failed', () => {
    const { items, summary } = simulateExample('burst');
    expect(summary.gpu_oom).toBe(1);
    expect(countFigures(collect(items, FRAME)).rescuedTexts).toBe(1);
  });

  it('are those of the texts, hour by hour', () => {
    const text = (atS: number, words: number): HistoryItem => ({
      ...{ atS, kind: 'text', utterance: atS, speechS: 60, delayS: 0, rung: 'r', place: 'cpu' },
      ...{ words, rescued: false },
    });
    const { hours, wpm } = countFigures(
      collect([text(100, 100), text(200, 140), text(7_300, 30)], FRAME),
    );
    expect(
      hours.map(({ fromS, texts, words, wpm: speed }) => [fromS, texts, words, speed]),
    ).toEqual([
      [0, 2, 240, 120],
      [7_200, 1, 30, 30],
    ]);
    expect(wpm).toBe(90);
  });
});

describe('lanes', () => {
  it('end with the last sign of life of a run that was killed', () => {
    const items: HistoryItem[] = [
      { atS: 0, kind: 'begin', simulated: false },
      { atS: 0, kind: 'place', model: 'stt', place: 'card' },
      { atS: 50, kind: 'kept', reason: 'x' },
      { atS: 500, kind: 'begin', simulated: false },
      { atS: 500, kind: 'place', model: 'stt', place: 'cpu' },
      { atS: 600, kind: 'end' },
    ];
    const data = collect(items, { ...FRAME, toS: 1_000 });
    expect(data.lanes[0]?.spans).toEqual([
      { fromS: 0, toS: 50, value: 'card' },
      { fromS: 500, toS: 600, value: 'cpu' },
    ]);
    expect(data.marks.map(({ kind }) => kind)).toEqual(['kept', 'killed', 'begin']);
  });
});

describe('thinning', () => {
  it('keeps every peak to within its tolerance, and no more than was asked for', () => {
    const column = fc.array(fc.integer({ min: 0, max: 4_000 }), { minLength: 3, maxLength: 300 });
    fc.assert(
      fc.property(column, fc.integer({ min: 10, max: 300 }), (used, most) => {
        const t = used.map((_, i) => i);
        const thin = thinMemory({ t, used, own: used, cache: used.map(() => 0) }, most);
        const peak = Math.max(...thin.used);
        const tolerance = used.length <= most ? 0 : 4_096;
        return (
          thin.t.length <= Math.max(most + 1, 3) && Math.abs(peak - Math.max(...used)) <= tolerance
        );
      }),
    );
  });

  it('keeps a single needle in a week of calm', () => {
    const used = Array.from({ length: 600_000 }, (_, i) =>
      i === 123_456 ? 4_000 : 2_000 + (i % 2),
    );
    const t = used.map((_, i) => i);
    const thin = thinMemory({ t, used, own: used, cache: used }, 200_000);
    expect(thin.t.length).toBeLessThanOrEqual(200_000);
    expect(thin.used).toContain(4_000);
    expect(thin.t).toContain(123_455);
  });
});

describe('the page', () => {
  it('of a week stays below 3 MB', () => {
    const items = madeUpRun(604_800, { startS: 1_700_000_000, samples: 600_000, textEachS: 10 });
    const data = collect(items, { ...FRAME, clock: 'epoch' });
    expect(data.texts).toHaveLength(60_480);
    // The chart library and the page's own script take 70 kB of it.
    expect(renderReport(data, NO_ASSETS).length).toBeLessThan(2_900_000);
  });

  it('shows words of a decision as words, whatever is in them', () => {
    const words = '<script>alert(1)</script> & "quotes"';
    const items: HistoryItem[] = [{ atS: 1, kind: 'decision', action: 'warn', words, fault: null }];
    const html = renderReport(collect(items, FRAME), NO_ASSETS);
    expect(html).not.toContain('<script>alert');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;quotes&quot;');
  });

  it('says simulated where its card was a model, and only there', () => {
    const page = (simulated: boolean) =>
      renderReport(collect([{ atS: 0, kind: 'begin', simulated }], FRAME), NO_ASSETS);
    expect(page(true)).toContain('class="simulated"');
    expect(page(false)).not.toContain('class="simulated"');
  });

  it('names nothing outside itself', () => {
    const { items } = simulateExample('burst');
    expect(renderReport(collect(items, FRAME), NO_ASSETS)).not.toMatch(/(src|href)=|https?:/);
  });
});
