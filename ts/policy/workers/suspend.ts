import { EMPTY_WINDOW } from '../state/others-window.js';
import type { Worker } from '../state/state.js';
import type { Draft, Turn } from '../state/turn.js';
import { cancelProbe } from './breaker.js';
import { endWorker } from './workers.js';

/** The machine is about to sleep: nothing of ours may be on the card then. */
export function prepareSleep(turn: Turn): void {
  const { draft } = turn;
  if (draft.suspended) return;
  cancelProbe(turn);
  endWorker(turn, 'gpu', true, 'the machine is about to sleep');
  draft.suspended = true;
  draft.sampling = { nextS: null, askedS: null, failures: 0 };
}

/** Awake: the CPU works at once, the card after a probe in a fresh process. Sleep does not count as silence. */
export function wakeUp(turn: Turn): void {
  const { draft } = turn;
  if (!draft.suspended) return;
  draft.suspended = false;
  draft.resumedS = draft.atS;
  draft.figures = null;
  draft.others = EMPTY_WINDOW;
  draft.knownOthersMb = null;
  draft.probeFirst = draft.card !== null && draft.breaker.kind === 'closed';
  draft.cpu = rearm(draft.cpu, draft);
  draft.gpu = rearm(draft.gpu, draft);
  const stage = draft.job?.stage;
  if (draft.job === null) return;
  if (stage?.kind === 'remote') {
    // Its connection did not outlive the sleep.
    draft.job = { ...draft.job, stage: { kind: 'unplaced' } };
    return;
  }
  if (stage?.kind !== 'running') return;
  const deadlineS = draft.atS + stage.allowanceS;
  draft.job = { ...draft.job, stage: { ...stage, deadlineS } };
}

function rearm(worker: Worker, draft: Draft): Worker {
  if (worker.kind !== 'loading' && worker.kind !== 'ending') return worker;
  const spanS = worker.kind === 'loading' ? draft.settings.loadDeadlineS : 0;
  return { ...worker, deadlineS: Math.max(worker.deadlineS, draft.atS + spanS) };
}
