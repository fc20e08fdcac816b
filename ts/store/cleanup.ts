import { statSync } from 'node:fs';
import type { Database } from './database.js';
import { count } from './rows.js';

const DAY_S = 24 * 3600;

export interface CleanupLimits {
  /** Segments older than this are removed; null keeps all. Sessions and lifetime figures always stay. */
  readonly maxSegmentAgeDays: number | null;
  /** MB of 10^6 bytes from which the size is worth a warning. */
  readonly warnSizeMb: number;
}

export interface CleanupReport {
  readonly removedSegments: number;
  readonly sizeMb: number;
  /** One line for the log, null where there is nothing to say. */
  readonly warning: string | null;
}

/** Removes what is too old and looks at the size of the file and its log. */
export function cleanUp(
  database: Database,
  path: string,
  nowS: number,
  limits: CleanupLimits,
): CleanupReport {
  const removedSegments =
    limits.maxSegmentAgeDays === null
      ? 0
      : removeSegments(database, nowS - limits.maxSegmentAgeDays * DAY_S);
  const sizeMb = (sizeOf(path) + sizeOf(`${path}-wal`)) / 1e6;
  return { removedSegments, sizeMb, warning: sizeWarning(path, sizeMb, limits.warnSizeMb) };
}

/** Segments of a session that still goes on are needed for its end. */
function removeSegments(database: Database, beforeS: number): number {
  const where = `timestamp < ? AND session_id NOT IN (SELECT id FROM sessions WHERE end_time IS NULL)`;
  const old = count(
    database.first(`SELECT COUNT(*) AS n FROM segments WHERE ${where}`, beforeS)?.n,
  );
  if (old > 0) database.run(`DELETE FROM segments WHERE ${where}`, beforeS);
  return old;
}

function sizeWarning(path: string, sizeMb: number, warnSizeMb: number): string | null {
  if (sizeMb <= warnSizeMb) return null;
  const size = `${sizeMb.toFixed(0)} MB (limit ${warnSizeMb} MB)`;
  return `Metrics database ${path} has ${size}: lower [metrics.cleanup] max_segment_age_days or move it away`;
}

function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}
