import type { MetricsReader } from '../../store/metrics-reader.js';
import { type CliContext, print } from '../context.js';
import { readEndpoints } from './endpoints.js';

/** Runs `show` on the metrics database. Where there is nothing to show it says so; that is no failure. */
export async function withMetrics(
  context: CliContext,
  show: (reader: MetricsReader) => readonly string[] | null,
): Promise<number> {
  const [{ openMetricsReader }, { databasePath }] = await Promise.all([
    import('../../store/metrics-reader.js'),
    readEndpoints(context),
  ]);
  const reader = openMetricsReader(databasePath);
  try {
    const lines = reader === null ? null : show(reader);
    if (lines === null) print(context.stderr, 'No sessions found.');
    else print(context.stdout, ...lines);
    return 0;
  } finally {
    reader?.close();
  }
}
