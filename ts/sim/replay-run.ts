import type { RecordedLine } from '../domain/recorded-run.js';
import { replay } from '../policy/telling/replay.js';
import { explainDecisions } from '../policy/telling/tell.js';

/** Decides a recorded run of the daemon anew; the decisions as `swictation why` shows them, measurements left out. */
export function replayRun(lines: Iterable<RecordedLine>): readonly Record<string, unknown>[] {
  return explainDecisions(replay(lines).filter(({ action }) => action.kind !== 'sample'));
}
