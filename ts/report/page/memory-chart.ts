import type uPlot from 'uplot';
import { makeChart, valueAxis, zoomBy } from './chart.js';
import type { Report } from './decode.js';
import { colour } from './palette.js';
import { thinToPixels } from './thin-to-pixels.js';
import type { Stretch, View } from './view.js';

const HEIGHT_PX = 260;

/** Card memory from below: ours, other programs, our cache; with the levels as lines. */
export function drawMemory(host: HTMLElement, report: Report, view: View): uPlot | null {
  const { memory, card } = report;
  if (memory.t.length === 0) {
    host.textContent = 'No card memory was measured in this time.';
    return null;
  }
  const area = (label: string, name: string): uPlot.Series => ({
    label,
    stroke: () => colour(name),
    fill: () => colour(name),
    width: 1,
    points: { show: false },
    value: (_, mb) => (mb === null ? '–' : `${mb.toFixed(0)} MB`),
  });
  const highestMb = card?.totalMb ?? memory.withCache.reduce((most, mb) => Math.max(most, mb), 0);
  const chart = makeChart(
    {
      host,
      report,
      heightPx: HEIGHT_PX,
      legend: true,
      series: [
        area('all with our cache', 'cache'),
        area('all programs', 'others'),
        area('ours', 'own'),
      ],
      axes: [valueAxis('MB')],
      scales: { y: { range: [0, highestMb * 1.03] } },
      hooks: { draw: [(drawn) => drawLevels(drawn, report)] },
    },
    visible(report, view.stretch, host.clientWidth),
  );
  view.onChange((stretch) => {
    chart.setData(visible(report, stretch, chart.width), false);
    chart.setScale('x', { min: stretch.fromS, max: stretch.toS });
  });
  zoomBy(chart, view);
  return chart;
}

function visible({ memory }: Report, { fromS, toS }: Stretch, pixels: number): uPlot.AlignedData {
  const { t, used, own, withCache } = memory;
  const kept = thinToPixels(t, used, fromS, toS, Math.max(100, pixels));
  const of = (column: Float64Array) => kept.map((i) => column[i] ?? 0);
  return [of(t), of(withCache), of(used), of(own)];
}

function drawLevels(chart: uPlot, { card }: Report): void {
  if (card === null) return;
  const { warningMb, criticalMb, guardMb, emergencyMb } = card.thresholds;
  const levels = {
    warning: warningMb,
    critical: criticalMb,
    guard: guardMb,
    emergency: emergencyMb,
  };
  const { ctx, bbox } = chart;
  ctx.save();
  ctx.strokeStyle = colour('fault');
  ctx.fillStyle = colour('fault');
  ctx.font = `${11 * devicePixelRatio}px system-ui`;
  ctx.textAlign = 'left';
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  // Guard and emergency lie close together on a small card: each name has a place of its own.
  Object.entries(levels).forEach(([name, mb], i) => {
    const y = Math.round(chart.valToPos(mb, 'y', true)) + 0.5;
    ctx.globalAlpha = 0.7;
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
    ctx.globalAlpha = 1;
    const x = bbox.left + (6 + (i % 2) * 100) * devicePixelRatio;
    ctx.fillText(`${name} ${mb.toFixed(0)}`, x, y - 3);
  });
  ctx.restore();
}
