import type { Row } from './run-case.js';

const HEADINGS = [
  'fault',
  'moment',
  'card',
  'spoken',
  'delivered',
  'pending',
  'doubled',
  'lost',
  'next text',
  'state after it',
];

/** One line of the table, as Markdown. */
export function renderRow(row: Row): string {
  return `| ${cellsOf(row).join(' | ')} |`;
}

export function renderHead(): string {
  return `| ${HEADINGS.join(' | ')} |\n|${'---|'.repeat(HEADINGS.length)}`;
}

/** The last line of a run. */
export function renderSummary(rows: readonly Row[], seconds: number): string {
  const done = rows.filter(({ account }) => account !== null);
  const sum = (count: (row: Row) => number) => rows.reduce((total, row) => total + count(row), 0);
  const times = done.flatMap(({ nextTextMs }) => (nextTextMs === null ? [] : [nextTextMs]));
  return [
    `${rows.length} cases in ${Math.round(seconds)} s:`,
    `${sum((row) => row.account?.spoken ?? 0)} words spoken,`,
    `${sum((row) => row.account?.delivered ?? 0)} delivered,`,
    `${sum((row) => row.account?.pending ?? 0)} pending,`,
    `${sum((row) => row.account?.doubled.length ?? 0)} doubled,`,
    `${sum((row) => row.account?.lost.length ?? 0)} lost;`,
    `${sum((row) => (row.skipped === null ? 0 : 1))} skipped,`,
    `${sum((row) => (row.flaws.length > 0 ? 1 : 0))} with flaws;`,
    `next text after ${Math.round(median(times))} ms (median), ${Math.max(0, ...times)} ms (longest)`,
  ].join(' ');
}

export function isFlawed(row: Row): boolean {
  return row.flaws.length > 0;
}

function cellsOf(row: Row): readonly string[] {
  const { fault, moment, device, account, nextTextMs, state, skipped, flaws } = row;
  const start = [fault, moment, device];
  if (skipped !== null) return [...start, '-', '-', '-', '-', '-', '-', `skipped: ${skipped}`];
  if (account === null)
    return [...start, '?', '?', '?', '?', '?', '?', flaws[0]?.split('\n')[0] ?? ''];
  const { spoken, delivered, pending, doubled, lost, stray, ordered } = account;
  const next = nextTextMs === null ? '-' : `${(nextTextMs / 1000).toFixed(1)} s`;
  const notes = [
    state,
    ...(stray.length > 0 ? [`heard otherwise: ${stray.join(' ')}`] : []),
    ...(ordered ? [] : ['OUT OF ORDER']),
  ];
  return [
    ...start,
    ...[spoken, delivered, pending, doubled.length, lost.length].map(String),
    next,
    notes.join('; '),
  ];
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}
