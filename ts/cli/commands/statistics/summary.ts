import type { MetricsReader } from '../../../store/metrics-reader.js';
import type { LifetimeRow } from '../../../store/rows.js';
import { type CommandRun, hasFlag } from '../../context.js';
import { withMetrics, withMetricsJson } from '../../link/open-metrics.js';
import { formatDuration, formatNumber, formatPairs } from '../../screen/format.js';
import { toJsonRow } from '../../screen/json-row.js';

export const run: CommandRun = async (call) => {
  const { context } = call;
  if (hasFlag(call, 'json')) return withMetricsJson(context, readRow, null);
  return withMetrics(context, (reader) => {
    const lifetime = reader.readSummary();
    return lifetime === null ? null : describeLifetime(lifetime);
  });
};

function readRow(reader: MetricsReader): Record<string, unknown> | null {
  const lifetime = reader.readSummary();
  return lifetime === null ? null : toJsonRow(lifetime);
}

function describeLifetime(lifetime: LifetimeRow): string[] {
  return [
    'All sessions',
    ...formatPairs([
      ['sessions', String(lifetime.sessions)],
      ['segments', String(lifetime.segments)],
      ['words', String(lifetime.words)],
      ['characters', String(lifetime.characters)],
      ['speaking', formatDuration(lifetime.activeMinutes * 60)],
      ['speed', formatNumber(lifetime.averageWpm, 1, ' words per minute')],
      ['latency', formatNumber(lifetime.averageLatencyMs, 0, ' ms')],
    ]),
    'Against typing',
    ...formatPairs([
      ['typing speed', formatNumber(lifetime.typingWpm, 0, ' words per minute')],
      ['factor', formatNumber(lifetime.speedup, 1)],
      ['time saved', formatNumber(lifetime.savedMinutes, 1, ' minutes')],
    ]),
    'Last seven days, change per week',
    ...formatPairs([
      ['speed', formatNumber(lifetime.wpmTrend, 1, ' words per minute')],
      ['latency', formatNumber(lifetime.latencyTrendMs, 0, ' ms')],
    ]),
    'Best',
    ...formatPairs([
      ['speed', best(lifetime.bestWpm, lifetime.bestWpmSession, 1, ' words per minute')],
      ['longest', best(lifetime.longestSessionWords, lifetime.longestSession, 0, ' words')],
      ['latency', best(lifetime.lowestLatencyMs, lifetime.fastestSession, 0, ' ms')],
    ]),
    'Health',
    ...formatPairs([
      ['CUDA errors', `${lifetime.cudaErrors} (${lifetime.cudaErrorsRecovered} recovered)`],
      ['memory pressure', String(lifetime.memoryPressureEvents)],
      ['slow segments', String(lifetime.highLatencyWarnings)],
    ]),
  ];
}

function best(
  value: number | null,
  session: number | null,
  decimals: number,
  unit: string,
): string {
  const where = session === null ? '' : ` (session ${session})`;
  return value === null ? '-' : `${formatNumber(value, decimals, unit)}${where}`;
}
