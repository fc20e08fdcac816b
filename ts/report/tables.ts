import type { Figures } from './figures.js';
import { timeIn } from './figures.js';
import type { ReportData } from './report-data.js';
import { describeSpan, describeTime } from './times.js';

/** Rows of a table beside a chart: what somebody hears who can't see it. */
export interface Table {
  readonly id: string;
  readonly title: string;
  readonly head: readonly string[];
  readonly rows: readonly (readonly string[])[];
  /** Said below it, where rows were left out. */
  readonly note: string | null;
}

/** The page also draws them all; a table of them is for reading, not for scrolling a day. */
const MOST_ROWS = 500;
const NAMES: Readonly<Record<string, string>> = {
  card: 'card',
  cpu: 'CPU',
  remote: 'another machine',
  none: 'nowhere',
  card_small: 'card, smaller model',
  closed: 'closed',
  open: 'open',
  half_open: 'half-open',
  isolated: 'isolated',
};

export function makeTables(data: ReportData, figures: Figures): readonly Table[] {
  return [summary(data, figures), rungs(figures), hours(data, figures), lanes(data), marks(data)];
}

function summary({ card, fromS, toS }: ReportData, figures: Figures): Table {
  const rows: (readonly [string, string])[] = [
    ['time', describeSpan(toS - fromS)],
    ['texts', String(figures.texts)],
    ['words', orDash(figures.words, 0)],
    ['speech', describeSpan(figures.speechS)],
    ['words per minute of speech', orDash(figures.wpm, 1)],
    ['read on the card', String(figures.onCard)],
    ['read on the CPU', String(figures.onCpu)],
    ['read on another machine', String(figures.onRemote)],
    ['speech to text, p50', seconds(figures.delays.p50)],
    ['speech to text, p95', seconds(figures.delays.p95)],
    ['speech to text, longest', seconds(figures.delays.max)],
    ['texts saved by a second attempt', String(figures.rescuedTexts)],
    ['words saved', orDash(figures.rescuedWords, 0)],
    ['texts that wait or waited for a person', String(figures.kept)],
    ['faults', String(figures.faults)],
    ['card memory', card === null ? 'no card' : `${card.totalMb.toFixed(0)} MB`],
  ];
  return { id: 'summary', title: 'In figures', head: ['what', 'how much'], rows, note: null };
}

function rungs({ rungs: found }: Figures): Table {
  const rows = found.map(({ rung, texts, words, delays }) => [
    rung,
    String(texts),
    orDash(words, 0),
    seconds(delays.p50),
    seconds(delays.p95),
    seconds(delays.max),
  ]);
  const head = ['engine', 'texts', 'words', 'delay p50', 'delay p95', 'longest'];
  return { id: 'rungs', title: 'Speech to text, by engine', head, rows, note: null };
}

function hours({ clock }: ReportData, { hours: found }: Figures): Table {
  const rows = found.map(({ fromS, texts, words, wpm, peakUsedMb }) => [
    describeTime(fromS, clock),
    String(texts),
    orDash(words, 0),
    orDash(wpm, 1),
    orDash(peakUsedMb, 0),
  ]);
  const head = ['hour from', 'texts', 'words', 'words per minute', 'most card memory, MB'];
  return { id: 'hours', title: 'Hour by hour', head, rows, note: null };
}

function lanes({ lanes: found }: ReportData): Table {
  const rows = found.flatMap((lane) =>
    timeIn(lane).map(([value, inS]) => [lane.name, NAMES[value] ?? value, describeSpan(inS)]),
  );
  const head = ['what', 'where', 'for'];
  return { id: 'lanes', title: 'Where the models were', head, rows, note: null };
}

function marks({ marks: found, clock }: ReportData): Table {
  const rows = found
    .slice(-MOST_ROWS)
    .map(({ atS, kind, words }) => [describeTime(atS, clock), kind, words]);
  const left = found.length - rows.length;
  const note = left > 0 ? `${left} earlier ones are in the picture only.` : null;
  return { id: 'marks', title: 'Decisions and faults', head: ['when', 'what', 'why'], rows, note };
}

function orDash(value: number | null, decimals: number): string {
  return value === null ? '–' : value.toFixed(decimals);
}

function seconds(value: number): string {
  return `${value.toFixed(2)} s`;
}
