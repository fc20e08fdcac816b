import { readdirSync, type Stats, statSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** The files of a history: one for each run and day, so that what a kill tore is never written behind. */
const NAME = /^\d{8}T\d{6}-\d+\.history$/;
/** All files together; the oldest go first. A week of dictation all day takes less than half of it. */
const LARGEST_HISTORY_BYTES = 20_000_000;
const DAY_S = 86_400;

export interface HistoryFile {
  readonly path: string;
  readonly bytes: number;
  readonly modifiedS: number;
}

/** The name of a file that begins now, of this process. */
export function historyName(epochS: number, pid: number): string {
  const stamp = new Date(epochS * 1_000).toISOString().slice(0, 19);
  return `${stamp.replace(/[-:]/g, '')}-${pid}.history`;
}

/** Oldest first; none where there is no such folder. */
export function listHistory(folder: string): readonly HistoryFile[] {
  const names = listNames(folder).filter((name) => NAME.test(name));
  return names.sort().flatMap((name) => {
    const path = join(folder, name);
    const stats = statOf(path);
    if (stats === null) return [];
    return [{ path, bytes: stats.size, modifiedS: stats.mtimeMs / 1_000 }];
  });
}

/** Deletes what is older than `days`, and the oldest of what is more than fits. `kept` is left alone. */
export function pruneHistory(
  folder: string,
  days: number,
  epochS: number,
  kept: string | null,
): void {
  let bytes = 0;
  for (const file of [...listHistory(folder)].reverse()) {
    bytes += file.bytes;
    const isOld = file.modifiedS < epochS - days * DAY_S;
    if (file.path === kept || (!isOld && bytes <= LARGEST_HISTORY_BYTES)) continue;
    try {
      unlinkSync(file.path);
    } catch {
      // Somebody else was faster, or it may not be deleted: the next turn tries again.
    }
  }
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function statOf(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
