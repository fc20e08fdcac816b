import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const OUTPUT_DIR = fileURLToPath(new URL('../../test-output/', import.meta.url));

type Cell = string | number;

/** One measurement, as it is printed and written. */
export interface Section {
  readonly title: string;
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
  /** Whole sentences below the table: on what it was measured, what is modelled. */
  readonly notes: readonly string[];
}

/** A limit that a measured value was held against. */
export interface Verdict {
  readonly what: string;
  readonly value: string;
  readonly limit: string;
  readonly met: boolean;
}

/** Prints a section at once, so that a long run shows what it has. */
export function printSection(section: Section): void {
  process.stdout.write(`\n${plainTable(section)}\n`);
}

export function printVerdicts(verdicts: readonly Verdict[]): void {
  process.stdout.write(`\n${plainTable(verdictSection(verdicts))}\n`);
}

/** Writes the whole report; returns its path. */
export function writeReport(
  sections: readonly Section[],
  verdicts: readonly Verdict[],
  plot: string | null,
): string {
  mkdirSync(OUTPUT_DIR, { recursive: true });
  if (plot !== null) writeFileSync(join(OUTPUT_DIR, 'bench.svg'), plot);
  const parts = [
    '# Benchmark\n',
    'How to read it: [bench/README.md](../bench/README.md).\n',
    ...(plot === null ? [] : ['![pause to text](bench.svg)\n']),
    ...[verdictSection(verdicts), ...sections].map(markdown),
  ];
  const path = join(OUTPUT_DIR, 'bench.md');
  writeFileSync(path, parts.join('\n'));
  return path;
}

/** Keeps the figures behind a section, for whoever wants to look closer. */
export function keepFigures(name: string, figures: unknown): void {
  mkdirSync(OUTPUT_DIR, { recursive: true });
  writeFileSync(join(OUTPUT_DIR, name), JSON.stringify(figures, null, 1));
}

/** Writes what a long run showed; returns its path. */
export function writeSoakReport(
  sections: readonly Section[],
  verdicts: readonly Verdict[],
): string {
  mkdirSync(OUTPUT_DIR, { recursive: true });
  const path = join(OUTPUT_DIR, 'soak.md');
  const parts = ['# Soak\n', ...[verdictSection(verdicts), ...sections].map(markdown)];
  writeFileSync(path, parts.join('\n'));
  return path;
}

function verdictSection(verdicts: readonly Verdict[]): Section {
  return {
    title: 'Limits',
    columns: ['what', 'measured', 'limit', ''],
    rows: verdicts.map(({ what, value, limit, met }) => [
      what,
      value,
      limit,
      met ? 'met' : 'MISSED',
    ]),
    notes: [],
  };
}

function markdown({ title, columns, rows, notes }: Section): string {
  const lines = [columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`);
  return [`## ${title}\n`, ...lines, '', ...notes.map((note) => `${note}\n`)].join('\n');
}

function plainTable({ title, columns, rows, notes }: Section): string {
  const cells = [columns, ...rows].map((row) => row.map(String));
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => (row[i] ?? '').length)));
  const lines = cells.map((row) =>
    row
      .map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)))
      .join('  '),
  );
  return [title, ...lines.map((text) => `  ${text}`), ...notes.map((note) => `  ${note}`)].join(
    '\n',
  );
}
