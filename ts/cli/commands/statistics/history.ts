import type { SessionRow } from '../../../store/rows.js';
import { type CommandRun, hasFlag, parseCount, textOption } from '../../context.js';
import { withMetrics, withMetricsJson } from '../../link/open-metrics.js';
import { formatDuration, formatNumber, formatTable, formatTime } from '../../screen/format.js';
import { toJsonRow } from '../../screen/json-row.js';

export const run: CommandRun = async (call) => {
  const limit = parseCount('--limit', textOption(call, 'limit') ?? '10');
  if (hasFlag(call, 'json')) {
    return withMetricsJson(call.context, (reader) => reader.readSessions(limit).map(toJsonRow), []);
  }
  return withMetrics(call.context, (reader) => {
    const sessions = reader.readSessions(limit);
    return sessions.length === 0 ? null : describeSessions(sessions);
  });
};

const HEADER = ['ID', 'Started', 'Duration', 'Segments', 'Words', 'WPM', 'Latency', ''];

function describeSessions(sessions: readonly SessionRow[]): string[] {
  const rows = sessions.map((session) => [
    String(session.id),
    formatTime(session.startS),
    formatDuration(session.durationS),
    String(session.segments),
    String(session.words),
    formatNumber(session.wpm),
    formatNumber(session.averageLatencyMs, 0, ' ms'),
    session.endS === null ? 'not ended' : '',
  ]);
  return formatTable([HEADER, ...rows], 'rlrrrrrl');
}
