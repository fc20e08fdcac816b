import type uPlot from 'uplot';
import { PLACES } from '../places.js';
import { LEFT_PX, makeChart, zoomBy } from './chart.js';
import type { Report } from './decode.js';
import { colour } from './palette.js';
import { firstFrom } from './thin-to-pixels.js';
import type { View } from './view.js';

const ROW_PX = 26;
const AXIS_PX = 50;
const HIT_PX = 7;

/** What the pointer is over, or what was walked to. */
export type Target = { readonly kind: 'mark' | 'text'; readonly index: number };

export interface Timeline {
  select(target: Target | null): void;
  redraw(): void;
}

/** Lanes for the models and the breaker, the texts as bars from speech to text, and marks for what was decided. */
export function drawTimeline(
  host: HTMLElement,
  report: Report,
  view: View,
  onPoint: (target: Target) => void,
): Timeline {
  const rows = [...report.lanes.map(({ name }) => name), 'Texts', 'Events'];
  let selected: Target | null = null;
  const chart = makeChart(
    {
      host,
      report,
      heightPx: rows.length * ROW_PX + AXIS_PX,
      series: [{ show: false }],
      axes: [{ show: true, size: LEFT_PX, splits: () => [], grid: { show: false } }],
      scales: { y: { range: [0, rows.length] } },
      hooks: { draw: [(drawn) => draw(new Brush(drawn, report, rows.length), report, selected)] },
    },
    [
      [view.stretch.fromS, view.stretch.toS],
      [0, 0],
    ],
  );
  nameRows(host, rows);
  view.onChange(({ fromS, toS }) => chart.setScale('x', { min: fromS, max: toS }));
  zoomBy(chart, view);
  chart.over.addEventListener('mousemove', (event) => {
    const target = findTarget(chart, report, rows.length, event);
    if (target === null) return;
    selected = target;
    chart.redraw(false);
    onPoint(target);
  });
  return {
    select: (target) => {
      selected = target;
      chart.redraw(false);
    },
    redraw: () => chart.redraw(false),
  };
}

function nameRows(host: HTMLElement, rows: readonly string[]): void {
  const list = document.createElement('div');
  list.setAttribute('aria-hidden', 'true');
  list.style.cssText = 'position:absolute;left:0;top:0;pointer-events:none;font-size:.72rem';
  rows.forEach((name, row) => {
    const label = document.createElement('span');
    label.textContent = name;
    label.style.cssText = `position:absolute;top:${17 + row * ROW_PX}px;width:${LEFT_PX - 4}px;line-height:1.05`;
    list.append(label);
  });
  host.append(list);
}

/** Draws in rows counted from above. */
class Brush {
  readonly ctx: CanvasRenderingContext2D;

  constructor(
    private readonly chart: uPlot,
    readonly report: Report,
    private readonly rows: number,
  ) {
    this.ctx = chart.ctx;
  }

  get fromS(): number {
    return this.chart.scales.x?.min ?? 0;
  }

  get toS(): number {
    return this.chart.scales.x?.max ?? 0;
  }

  x(atS: number): number {
    const { bbox } = this.chart;
    const x = this.chart.valToPos(atS, 'x', true);
    return Math.min(bbox.left + bbox.width, Math.max(bbox.left, x));
  }

  /** Top and height of a row, in pixels of the canvas. */
  row(row: number): { readonly top: number; readonly height: number } {
    const height = this.chart.bbox.height / this.rows;
    return { top: this.chart.bbox.top + row * height, height };
  }

  bar(row: number, fromS: number, toS: number, share = 0.7): void {
    const { top, height } = this.row(row);
    const left = this.x(fromS);
    const width = Math.max(1, this.x(toS) - left);
    this.ctx.fillRect(left, top + (height * (1 - share)) / 2, width, height * share);
  }
}

const COLOUR_OF: Readonly<Record<string, string>> = {
  card: 'card',
  card_small: 'card-small',
  cpu: 'cpu',
  none: 'none',
  closed: 'good',
  open: 'fault',
  half_open: 'cpu',
  isolated: 'fault',
};

function draw(brush: Brush, report: Report, selected: Target | null): void {
  const { ctx } = brush;
  ctx.save();
  report.lanes.forEach(({ spans }, row) => {
    for (const { fromS, toS, value } of spans) {
      if (toS < brush.fromS || fromS > brush.toS) continue;
      ctx.fillStyle = colour(COLOUR_OF[value] ?? 'none');
      brush.bar(row, fromS, toS);
    }
  });
  drawTexts(brush, report, selected);
  drawMarks(brush, report, selected);
  ctx.restore();
}

/** A bar that would cover what is drawn on its pixel already is left out. */
function drawTexts(brush: Brush, { texts, lanes }: Report, selected: Target | null): void {
  const { ctx } = brush;
  const row = lanes.length;
  const colours = PLACES.map((place) => colour(place));
  let drawnTo = Number.NEGATIVE_INFINITY;
  for (let i = firstFrom(texts.ended, brush.fromS - 60); i < texts.ended.length; i += 1) {
    const fromS = texts.from[i] ?? 0;
    if (fromS > brush.toS) break;
    const [left, right] = [brush.x(fromS), brush.x(texts.to[i] ?? 0)];
    const isSelected = selected?.kind === 'text' && selected.index === i;
    if (right <= drawnTo && !isSelected) continue;
    drawnTo = Math.max(right, left + 1);
    ctx.fillStyle = isSelected ? colour('ink') : (colours[texts.place[i] ?? 3] ?? '');
    ctx.globalAlpha = 0.45;
    brush.bar(row, fromS, texts.ended[i] ?? 0, 0.5);
    ctx.globalAlpha = 1;
    brush.bar(row, texts.ended[i] ?? 0, texts.to[i] ?? 0, texts.rescued[i] === 1 ? 0.95 : 0.6);
  }
}

function drawMarks(brush: Brush, { marks, lanes }: Report, selected: Target | null): void {
  const { ctx } = brush;
  const { top, height } = brush.row(lanes.length + 1);
  marks.forEach(({ atS, kind }, i) => {
    if (atS < brush.fromS || atS > brush.toS) return;
    const isSelected = selected?.kind === 'mark' && selected.index === i;
    ctx.fillStyle = colour(
      isSelected ? 'ink' : kind === 'kept' ? 'kept' : kind === 'decision' ? 'decision' : 'fault',
    );
    const width = (isSelected ? 4 : 2) * devicePixelRatio;
    const share = kind === 'decision' && !isSelected ? 0.5 : 0.9;
    ctx.fillRect(brush.x(atS) - width / 2, top + (height * (1 - share)) / 2, width, height * share);
  });
}

function findTarget(chart: uPlot, report: Report, rows: number, event: MouseEvent): Target | null {
  const row = Math.floor((event.offsetY / chart.over.clientHeight) * rows);
  const atS = chart.posToVal(event.offsetX, 'x');
  const hitS = Math.abs(chart.posToVal(event.offsetX + HIT_PX, 'x') - atS);
  if (row === report.lanes.length) return textAt(report, atS, hitS);
  return markAt(report, atS, hitS);
}

function textAt({ texts }: Report, atS: number, hitS: number): Target | null {
  for (let i = Math.max(0, firstFrom(texts.ended, atS - 60) - 1); i < texts.ended.length; i += 1) {
    if ((texts.from[i] ?? 0) - hitS > atS) return null;
    if ((texts.to[i] ?? 0) + hitS >= atS) return { kind: 'text', index: i };
  }
  return null;
}

function markAt({ marks }: Report, atS: number, hitS: number): Target | null {
  let [found, nearestS] = [-1, hitS];
  marks.forEach((mark, i) => {
    const awayS = Math.abs(mark.atS - atS);
    if (awayS <= nearestS) [found, nearestS] = [i, awayS];
  });
  return found === -1 ? null : { kind: 'mark', index: found };
}
