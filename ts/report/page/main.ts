import { type Report, readReport } from './decode.js';
import { drawMemory } from './memory-chart.js';
import { onColoursChange } from './palette.js';
import { drawDelays, drawHours } from './speech-charts.js';
import { drawTimeline, type Target, type Timeline } from './timeline-chart.js';
import { View } from './view.js';
import { tellText, tellTime } from './words.js';

void start();

async function start(): Promise<void> {
  const report = await readReport(find('data').textContent ?? '');
  const { fromS, toS } = report;
  const view = new View({ fromS, toS: Math.max(toS, fromS + 1) });
  const walker = { at: null as number | null };
  const told = find('told');
  const charts = [drawMemory(find('memory'), report, view)];
  const timeline = drawTimeline(find('timeline'), report, view, (target) => {
    told.textContent = tell(report, target);
    if (target.kind === 'mark') walker.at = target.index;
  });
  charts.push(drawHours(find('hours-chart'), report, view));
  charts.push(drawDelays(find('delays-chart'), report, view));
  view.showAll();
  const walk = (step: number) => walkMarks(report, view, timeline, walker, told, step);
  listenToButtons(view, walk);
  listenToKeys(view, walk);
  onColoursChange(() => {
    timeline.redraw();
    for (const chart of charts) chart?.redraw(false);
  });
  document.documentElement.dataset.ready = 'true';
}

function tell(report: Report, { kind, index }: Target): string {
  if (kind === 'text') return tellText(report, index);
  const mark = report.marks[index];
  return mark === undefined
    ? ''
    : `${tellTime(mark.atS, report.clock)} ${mark.kind}: ${mark.words}`;
}

/** From the event at hand, or from the edge of what is shown, to the next or the one before. */
function walkMarks(
  report: Report,
  view: View,
  timeline: Timeline,
  walker: { at: number | null },
  told: HTMLElement,
  step: number,
): void {
  const { marks } = report;
  if (marks.length === 0) {
    told.textContent = 'No event in this time.';
    return;
  }
  const { fromS } = view.stretch;
  const start = marks.findIndex(({ atS }) => atS >= fromS);
  const next = walker.at === null ? Math.max(0, start) : walker.at + step;
  const index = Math.min(marks.length - 1, Math.max(0, next));
  walker.at = index;
  view.reach(marks[index]?.atS ?? fromS);
  const target: Target = { kind: 'mark', index };
  timeline.select(target);
  told.textContent = tell(report, target);
}

function listenToButtons(view: View, walk: (step: number) => void): void {
  const nav = find('zoom');
  nav.hidden = false;
  nav.addEventListener('click', ({ target }) => {
    if (!(target instanceof HTMLButtonElement)) return;
    const { zoom, walk: step } = target.dataset;
    if (step !== undefined) walk(Number(step));
    if (zoom === 'all') view.showAll();
    else if (zoom === 'in') view.scale(0.5);
    else if (zoom === 'out') view.scale(2);
    else if (zoom !== undefined) {
      const { fromS, toS } = view.stretch;
      view.showAround((fromS + toS) / 2, Number(zoom));
    }
  });
}

function listenToKeys(view: View, walk: (step: number) => void): void {
  document.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target instanceof Element && event.target.closest('details, button') !== null) return;
    const actions: Readonly<Record<string, () => void>> = {
      ArrowRight: () => walk(1),
      ArrowLeft: () => walk(-1),
      '+': () => view.scale(0.5),
      '-': () => view.scale(2),
      Home: () => view.showAll(),
    };
    const action = actions[event.key];
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}

function find(id: string): HTMLElement {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`the page has no #${id}`);
  return element;
}
