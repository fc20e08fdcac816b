import uPlot from 'uplot';
import { PLACES } from '../places.js';
import { makeChart, valueAxis, zoomBy } from './chart.js';
import type { Report } from './decode.js';
import { colour } from './palette.js';
import { firstFrom } from './thin-to-pixels.js';
import type { Stretch, View } from './view.js';

const HEIGHT_PX = 170;
const HOUR_S = 3_600;
/** Dots of one look; more would only lie on one another. */
const MOST_DOTS = 8_000;

/** Bars of texts for each hour, and the words per minute of speech as a line. */
export function drawHours(host: HTMLElement, report: Report, view: View): uPlot | null {
  if (report.texts.ended.length === 0) {
    host.textContent = 'Nothing was said in this time.';
    return null;
  }
  const chart = makeChart(
    {
      host,
      report,
      heightPx: HEIGHT_PX,
      legend: true,
      series: [
        {
          label: 'texts per hour',
          fill: () => colour('cache'),
          stroke: () => colour('own'),
          paths: bars(),
          points: { show: false },
        },
        {
          label: 'words per minute',
          scale: 'wpm',
          stroke: () => colour('cpu'),
          width: 2,
          points: { show: true },
          value: (_, wpm) => (wpm === null ? '–' : wpm.toFixed(0)),
        },
      ],
      axes: [valueAxis('texts'), { scale: 'wpm', show: false }],
      scales: {
        y: { range: (_, __, most) => [0, Math.max(1, most ?? 1)] },
        wpm: { range: (_, __, most) => [0, Math.max(1, most ?? 1)] },
      },
    },
    countHours(report),
  );
  view.onChange(({ fromS, toS }) => chart.setScale('x', { min: fromS, max: toS }));
  zoomBy(chart, view);
  return chart;
}

function bars(): uPlot.Series.PathBuilder {
  const build = uPlot.paths.bars;
  if (build === undefined) throw new Error('the chart library has no bars');
  return build({ size: [0.8, 60], align: 1 });
}

function countHours({ texts }: Report): uPlot.AlignedData {
  const hours = new Map<number, { texts: number; words: number | null; speechS: number }>();
  texts.ended.forEach((endedS, i) => {
    const hour = Math.floor(endedS / HOUR_S) * HOUR_S;
    const sum = hours.get(hour) ?? { texts: 0, words: 0, speechS: 0 };
    const words = texts.words[i] ?? null;
    sum.texts += 1;
    sum.words = words === null || sum.words === null ? null : sum.words + words;
    sum.speechS += endedS - (texts.from[i] ?? endedS);
    hours.set(hour, sum);
  });
  const sorted = [...hours].sort(([a], [b]) => a - b);
  return [
    sorted.map(([hour]) => hour),
    sorted.map(([, sum]) => sum.texts),
    sorted.map(([, { words, speechS }]) =>
      words === null || speechS === 0 ? null : words / (speechS / 60),
    ),
  ];
}

/** Each text as a dot: how long after the end of its speech it was there, coloured by where it was read. */
export function drawDelays(host: HTMLElement, report: Report, view: View): uPlot | null {
  if (report.texts.ended.length === 0) {
    host.remove();
    return null;
  }
  const dots = (label: string, name: string): uPlot.Series => ({
    label,
    stroke: () => colour(name),
    paths: () => null,
    points: { show: true, size: 4, fill: () => colour(name) },
    value: (_, delay) => (delay === null ? '–' : `${delay.toFixed(2)} s`),
  });
  const chart = makeChart(
    {
      host,
      report,
      heightPx: HEIGHT_PX,
      legend: true,
      series: [
        dots('delay, card', 'card'),
        dots('delay, CPU', 'cpu'),
        dots('delay, another machine', 'remote'),
        dots('delay, elsewhere', 'none'),
      ],
      axes: [valueAxis('delay, s')],
      scales: { y: { range: (_, __, most) => [0, Math.max(1, (most ?? 1) * 1.05)] } },
    },
    dotsIn(report, view.stretch),
  );
  view.onChange((stretch) => {
    chart.setData(dotsIn(report, stretch), false);
    chart.setScale('x', { min: stretch.fromS, max: stretch.toS });
  });
  zoomBy(chart, view);
  return chart;
}

/** Where there are too many for the eye, of each group the slowest is shown: peaks stay. */
function dotsIn({ texts }: Report, { fromS, toS }: Stretch): uPlot.AlignedData {
  const first = firstFrom(texts.ended, fromS);
  const end = firstFrom(texts.ended, toS);
  const group = Math.max(1, Math.ceil((end - first) / MOST_DOTS));
  const kept: number[] = [];
  for (let from = first; from < end; from += group) {
    let slowest = from;
    for (let i = from; i < Math.min(end, from + group); i += 1) {
      if ((texts.delay[i] ?? 0) > (texts.delay[slowest] ?? 0)) slowest = i;
    }
    kept.push(slowest);
  }
  const of = (place: number) =>
    kept.map((i) => (texts.place[i] === place ? (texts.delay[i] ?? 0) : null));
  return [kept.map((i) => texts.ended[i] ?? 0), ...PLACES.map((_, place) => of(place))];
}
