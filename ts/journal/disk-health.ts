import { Problem } from '../domain/problem.js';
import { adviceOn } from '../system/process/open-files.js';

/** Whether the disk takes what the journal writes. Each change is told once. */
export class DiskHealth {
  readonly #dir: string;
  readonly #tell: (problem: Problem) => void;
  readonly #failing = new Set<string>();

  constructor(dir: string, tell: (problem: Problem) => void) {
    this.#dir = dir;
    this.#tell = tell;
  }

  get onDisk(): boolean {
    return this.#failing.size === 0;
  }

  isFailing(part: string): boolean {
    return this.#failing.has(part);
  }

  /** `part` of the journal could not be written. */
  failed(part: string, cause: unknown): void {
    const wasFine = this.onDisk;
    this.#failing.add(part);
    if (wasFine) this.#tell(describeDiskFailure(this.#dir, cause));
  }

  /** `part` of the journal was written. */
  worked(part: string): void {
    if (!this.#failing.delete(part) || !this.onDisk) return;
    this.#tell(new Problem('journal_recovered', 'Recordings are saved to disk again'));
  }
}

function describeDiskFailure(dir: string, cause: unknown): Problem {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    const message = `Disk full: dictation goes on from memory; free some space for ${dir}`;
    return new Problem('journal_disk_full', message, { cause });
  }
  const advice = adviceOn(cause, 'check the disk');
  const message = `${dir} can't be written (${code}): dictation goes on from memory; ${advice}`;
  return new Problem('journal_unwritable', message, { cause });
}
