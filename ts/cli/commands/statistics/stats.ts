import { Problem } from '../../../domain/problem.js';
import type { MetricsReader } from '../../../store/metrics-reader.js';
import type { SessionRow } from '../../../store/rows.js';
import { type CommandRun, hasFlag, parseCount } from '../../context.js';
import { withMetrics, withMetricsJson } from '../../link/open-metrics.js';
import {
  formatDuration,
  formatMb,
  formatNumber,
  formatPairs,
  formatTime,
} from '../../screen/format.js';
import { toJsonRow } from '../../screen/json-row.js';

export const run: CommandRun = async (call) => {
  const { context, args } = call;
  const [text] = args;
  const id = text === undefined ? null : parseCount('Session id', text);
  if (hasFlag(call, 'json')) return withMetricsJson(context, (reader) => readRow(reader, id), null);
  return withMetrics(context, (reader) => {
    const session = findSession(reader, id);
    return session === null ? null : describeSession(session);
  });
};

function readRow(reader: MetricsReader, id: number | null): Record<string, unknown> | null {
  const session = findSession(reader, id);
  return session === null ? null : toJsonRow(session);
}

/** The session asked for, or the latest; null where there are none at all. */
function findSession(reader: MetricsReader, id: number | null): SessionRow | null {
  const latest = reader.readSessions(1)[0] ?? null;
  if (id === null || latest === null) return latest;
  const session = reader.readSession(id);
  if (session !== null) return session;
  throw new Problem('session_unknown', `No session ${id}: type swictation history to see the ids`);
}

function describeSession(session: SessionRow): string[] {
  return [
    `Session ${session.id}`,
    ...formatPairs([
      ['started', formatTime(session.startS)],
      ['ended', session.endS === null ? 'not yet' : formatTime(session.endS)],
      ['duration', formatDuration(session.durationS)],
      ['speaking', formatDuration(session.activeS)],
      ['pauses', formatDuration(session.pauseS)],
    ]),
    'Text',
    ...formatPairs([
      ['words', String(session.words)],
      ['characters', String(session.characters)],
      ['segments', describeSegments(session)],
      ['speed', formatNumber(session.wpm, 1, ' words per minute')],
      ['commands', `${session.transformations} (${session.keyboardActions} keys)`],
    ]),
    'Latency',
    ...formatPairs([
      ['mean', formatNumber(session.averageLatencyMs, 0, ' ms')],
      ['median', formatNumber(session.medianLatencyMs, 0, ' ms')],
      ['95 %', formatNumber(session.p95LatencyMs, 0, ' ms')],
    ]),
    'Machine',
    ...formatPairs([
      ['GPU memory', describeGpu(session)],
      ['CPU', describeCpu(session)],
    ]),
  ];
}

function describeSegments({ segments, averageSegmentWords, averageSegmentS }: SessionRow): string {
  const words = formatNumber(averageSegmentWords, 1);
  return `${segments} (mean ${words} words, ${formatNumber(averageSegmentS, 1)} s)`;
}

/** Without a card there is nothing in use, which the database says as 0. */
function describeGpu({ gpuMeanMb, gpuPeakMb }: SessionRow): string {
  if (!gpuPeakMb) return '-';
  return `${formatMb(gpuMeanMb)} mean, ${formatMb(gpuPeakMb)} peak`;
}

function describeCpu({ cpuMeanPercent, cpuPeakPercent }: SessionRow): string {
  return `${formatNumber(cpuMeanPercent, 0, ' %')} mean, ${formatNumber(cpuPeakPercent, 0, ' %')} peak`;
}
