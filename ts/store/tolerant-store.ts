import { Problem } from '../domain/problem.js';
import type { CleanupReport } from './cleanup.js';
import { type MetricsStore, openMetricsStore, type StoreOptions } from './metrics-store.js';

/**
 * The store as dictation uses it: no method ever throws. What fails is reported, once for each code until
 * something succeeds again. Sessions keep getting rising ids without a database; such an id is not written.
 * A database that could not be opened is tried again at the next session.
 */
export function openTolerantStore(
  path: string,
  options: StoreOptions,
  report: (problem: Problem) => void,
): MetricsStore {
  const guard = new Guard(report);
  const open = () =>
    guard.attempt<MetricsStore | null>(() => openMetricsStore(path, options), null);
  let store = open();
  const attempt = <Result>(work: (opened: MetricsStore) => Result, otherwise: Result): Result => {
    const opened = store;
    return opened === null ? otherwise : guard.attempt(() => work(opened), otherwise);
  };
  let lastId = 0;
  const unwritten = new Set<number>();
  return {
    startSession(atS) {
      store ??= open();
      const written = attempt<number | null>((opened) => opened.startSession(atS), null);
      lastId = written ?? lastId + 1;
      if (written === null) unwritten.add(lastId);
      else unwritten.delete(lastId);
      return lastId;
    },
    addSegment: (segment) => {
      if (!unwritten.has(segment.sessionId))
        attempt((opened) => opened.addSegment(segment), undefined);
    },
    endSession: (sessionId, atS, extras) => {
      if (unwritten.delete(sessionId)) return;
      attempt((opened) => opened.endSession(sessionId, atS, extras), undefined);
    },
    countEvent: (counter, by) => attempt((opened) => opened.countEvent(counter, by), undefined),
    cleanUp: (nowS, limits) => attempt((opened) => opened.cleanUp(nowS, limits), NOTHING_CLEANED),
    close: () => attempt((opened) => opened.close(), undefined),
  };
}

const NOTHING_CLEANED: CleanupReport = { removedSegments: 0, sizeMb: 0, warning: null };

class Guard {
  readonly #report: (problem: Problem) => void;
  readonly #reported = new Set<string>();

  constructor(report: (problem: Problem) => void) {
    this.#report = report;
  }

  attempt<Result>(work: () => Result, otherwise: Result): Result {
    try {
      const result = work();
      this.#reported.clear();
      return result;
    } catch (cause) {
      this.#tell(toProblem(cause));
      return otherwise;
    }
  }

  #tell(problem: Problem): void {
    if (this.#reported.has(problem.code)) return;
    this.#reported.add(problem.code);
    this.#report(problem);
  }
}

function toProblem(cause: unknown): Problem {
  if (cause instanceof Problem) return cause;
  return new Problem('metrics_failed', `Metrics database: ${String(cause)}`, { cause });
}
