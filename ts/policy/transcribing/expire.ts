import { expireMoves } from '../placement/moves.js';
import { isDue } from '../state/deadlines.js';
import type { Turn } from '../state/turn.js';
import { answerFailedRequest, answerLostWorker, describe } from '../workers/faults.js';
import { expireRemote } from '../workers/remote.js';
import { endWorker, expireEnding, restWorker } from '../workers/workers.js';
import { refuse } from './dispatch.js';

/** Acts on every deadline that has come. While the machine sleeps none does. */
export function expireDeadlines(turn: Turn): void {
  expireEnding(turn, 'gpu');
  expireEnding(turn, 'cpu');
  if (turn.draft.suspended) return;
  expireLoading(turn);
  expireMoves(turn);
  expireJob(turn);
}

function expireLoading(turn: Turn): void {
  const { draft } = turn;
  for (const role of ['gpu', 'cpu'] as const) {
    const worker = draft[role];
    if (worker.kind !== 'loading' || !isDue(worker.deadlineS, draft.atS)) continue;
    endWorker(turn, role, false, 'it did not load in time', 'hang');
    restWorker(draft, role);
  }
}

function expireJob(turn: Turn): void {
  const { draft } = turn;
  const stage = draft.job?.stage;
  if (stage === undefined || stage.kind === 'unplaced') return;
  if (!isDue(stage.deadlineS, draft.atS)) return;
  switch (stage.kind) {
    case 'running':
      expireRun(turn, stage.worker);
      return;
    case 'remote':
      expireRemote(turn);
      return;
    case 'judging':
      answerFailedRequest(turn, 'sticky');
      return;
    case 'measuring':
      refuse(turn, 'the card could not be measured in time');
      return;
    case 'emptying':
      refuse(turn, 'the worker did not empty its cache in time');
      return;
    default:
      stage satisfies never;
      return;
  }
}

function expireRun(turn: Turn, worker: 'gpu' | 'cpu'): void {
  if (worker === 'gpu') {
    answerLostWorker(turn, 'hang');
    return;
  }
  endWorker(turn, 'cpu', false, describe('hang'), 'hang');
  restWorker(turn.draft, 'cpu');
}
