import uPlot from 'uplot';
import type { Report } from './decode.js';
import { colour } from './palette.js';
import type { View } from './view.js';
import { tellSpan } from './words.js';

/** Room for the names of the lanes and the figures of the axes: all charts have the same, so that times lie above one another. */
export const LEFT_PX = 90;
const LABEL_PX = 16;

export interface ChartOptions {
  readonly host: HTMLElement;
  readonly report: Report;
  readonly heightPx: number;
  readonly series: uPlot.Series[];
  readonly axes: uPlot.Axis[];
  readonly hooks?: uPlot.Hooks.Arrays;
  readonly bands?: uPlot.Band[];
  readonly scales?: uPlot.Scales;
  readonly legend?: boolean;
}

/** A chart as wide as its place, over the time of the whole run. */
export function makeChart(options: ChartOptions, data: uPlot.AlignedData): uPlot {
  const { host, report, heightPx, series, axes, hooks, bands, scales, legend } = options;
  const time = report.clock === 'epoch';
  const chart = new uPlot(
    {
      width: host.clientWidth,
      height: heightPx,
      series: [
        { label: 'time', ...(time ? {} : { value: (_, s) => tellSpan(s ?? 0) }) },
        ...series,
      ],
      axes: [timeAxis(time), ...axes],
      scales: { x: { time }, ...scales },
      legend: { show: legend ?? false },
      cursor: { sync: { key: 'swictation' }, drag: { x: true, y: false, setScale: false } },
      ...(hooks === undefined ? {} : { hooks }),
      ...(bands === undefined ? {} : { bands }),
    },
    data,
    host,
  );
  new ResizeObserver(() => {
    if (host.clientWidth !== chart.width) {
      chart.setSize({ width: host.clientWidth, height: heightPx });
    }
  }).observe(host);
  return chart;
}

/** Dragging over a stretch shows it in all charts, a double click shows all again. */
export function zoomBy(chart: uPlot, view: View): void {
  chart.hooks.setSelect = [
    ({ select, posToVal, setSelect }: uPlot) => {
      if (select.width < 4) return;
      view.show({
        fromS: posToVal.call(chart, select.left, 'x'),
        toS: posToVal.call(chart, select.left + select.width, 'x'),
      });
      setSelect.call(chart, { left: 0, top: 0, width: 0, height: 0 }, false);
    },
  ];
  chart.over.addEventListener('dblclick', () => view.showAll());
}

/** The y axis of a chart. */
export function valueAxis(label: string): uPlot.Axis {
  return {
    stroke: () => colour('soft'),
    grid: { stroke: () => colour('line'), width: 1 },
    ticks: { show: false },
    size: LEFT_PX - LABEL_PX,
    label,
    labelSize: LABEL_PX,
  };
}

function timeAxis(time: boolean): uPlot.Axis {
  return {
    stroke: () => colour('soft'),
    grid: { stroke: () => colour('line'), width: 1 },
    ticks: { stroke: () => colour('line'), width: 1 },
    ...(time ? {} : { values: (_, splits) => splits.map((s) => tellSpan(s)) }),
  };
}
