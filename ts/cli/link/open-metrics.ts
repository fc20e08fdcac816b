import type { MetricsReader } from '../../store/metrics-reader.js';
import { type CliContext, print } from '../context.js';
import { readEndpoints } from './endpoints.js';

const NO_SESSIONS = 'No sessions found.';

/** As `withMetrics`, for `--json`: one JSON value, `empty` where there is nothing to show. */
export async function withMetricsJson(
  context: CliContext,
  read: (reader: MetricsReader) => unknown,
  empty: unknown,
): Promise<number> {
  const reader = await openReader(context);
  try {
    const value = reader === null ? null : read(reader);
    print(context.stdout, JSON.stringify(value ?? empty));
    return 0;
  } finally {
    reader?.close();
  }
}

/** Runs `show` on the metrics database. Where there is nothing to show it says so; that is no failure. */
export async function withMetrics(
  context: CliContext,
  show: (reader: MetricsReader) => readonly string[] | null,
): Promise<number> {
  const reader = await openReader(context);
  try {
    const lines = reader === null ? null : show(reader);
    if (lines === null) print(context.stderr, NO_SESSIONS);
    else print(context.stdout, ...lines);
    return 0;
  } finally {
    reader?.close();
  }
}

/** Null where there is no database yet. */
async function openReader(context: CliContext): Promise<MetricsReader | null> {
  const [{ openMetricsReader }, { databasePath }] = await Promise.all([
    import('../../store/metrics-reader.js'),
    readEndpoints(context),
  ]);
  return openMetricsReader(databasePath);
}
