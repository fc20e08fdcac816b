import type { RemoteBreaker } from '../../domain/breaker.js';
import type { RemoteTrouble } from '../../domain/events.js';
import { isDue, waitAfter } from '../state/deadlines.js';
import { isIdle } from '../state/idle.js';
import { setStage } from '../state/job.js';
import { REMOTE_FACTOR, REMOTE_FLOOR_S, REMOTE_WAITS_S } from '../state/settings.js';
import type { Job, PolicyState } from '../state/state.js';
import { decideOn, type Turn } from '../state/turn.js';

/** Whether the engine on another machine takes utterances now. */
export function isRemoteInService(state: PolicyState): boolean {
  return state.settings.remote !== null && state.remote.kind === 'closed';
}

/** Gives it the utterance at hand. */
export function sendToRemote(turn: Turn, job: Job, reason: string): void {
  const { draft } = turn;
  draft.remoteAttempts += 1;
  const attempt = draft.remoteAttempts;
  const deadlineS = draft.atS + job.seconds * REMOTE_FACTOR + REMOTE_FLOOR_S;
  setStage(draft, { kind: 'remote', attempt, deadlineS });
  const { utterance } = job;
  decideOn(turn, { kind: 'transcribe_remote', utterance, attempt, deadlineS }, reason);
}

/** The utterance at hand goes on to the next rung. One that nobody wants any more is forgotten. */
export function answerRemoteFailure(turn: Turn, failure: RemoteTrouble): void {
  const { draft } = turn;
  const { job } = draft;
  if (job !== null) {
    if (job.withdrawn) draft.job = null;
    else draft.job = { ...job, remoteTried: true, stage: { kind: 'unplaced' } };
  }
  open(turn, failure, 0);
}

/** When a probe is wanted; null: none is. */
export function remoteProbeDueS(state: PolicyState): number | null {
  return state.settings.remote !== null && state.remote.kind === 'open'
    ? state.remote.untilS
    : null;
}

/** Sends the known clip when the wait is over and nobody is disturbed by it, and gives up one that is not answered. */
export function settleRemote(turn: Turn): void {
  const { draft } = turn;
  const { remoteProbe } = draft;
  if (draft.suspended) return;
  if (remoteProbe !== null) {
    if (isDue(remoteProbe.deadlineS, draft.atS)) concludeRemoteProbe(turn, LATE);
    return;
  }
  const dueS = remoteProbeDueS(draft);
  if (dueS === null || !isDue(dueS, draft.atS)) return;
  if (!isIdle(draft) && draft.degraded === null && !isDue(dueS + PROBE_PATIENCE_S, draft.atS)) {
    return;
  }
  probe(turn);
}

/** A probe waits so long for silence. */
export const PROBE_PATIENCE_S = 15;
const PROBE_DEADLINE_S = 10;
const LATE: RemoteTrouble = { reason: 'no answer in time', lasting: false, retryAfterS: null };

/** Its answer did not come. */
export function expireRemote(turn: Turn): void {
  answerRemoteFailure(turn, LATE);
}

/** The probe's end; null: the known clip gave its known words. */
export function concludeRemoteProbe(turn: Turn, failure: RemoteTrouble | null): void {
  const { draft } = turn;
  draft.remoteProbe = null;
  if (draft.remote.kind !== 'half_open') return;
  if (failure === null) set(turn, { kind: 'closed' }, 'it gave the known words');
  else open(turn, failure, draft.remote.failures + 1);
}

function probe(turn: Turn): void {
  const { draft } = turn;
  if (draft.remote.kind !== 'open') return;
  const { failures, reason } = draft.remote;
  set(turn, { kind: 'half_open', failures, reason }, 'the wait is over');
  draft.remoteAttempts += 1;
  const attempt = draft.remoteAttempts;
  const deadlineS = draft.atS + PROBE_DEADLINE_S;
  draft.remoteProbe = { attempt, deadlineS };
  decideOn(turn, { kind: 'probe_remote', attempt, deadlineS }, 'is the other machine well?');
}

function open(turn: Turn, failure: RemoteTrouble, failures: number): void {
  const { draft } = turn;
  const { reason, lasting, retryAfterS } = failure;
  if (lasting) {
    set(turn, { kind: 'isolated', reason }, reason);
    return;
  }
  const waitS = retryAfterS ?? waitAfter(REMOTE_WAITS_S, failures);
  set(turn, { kind: 'open', untilS: draft.atS + waitS, failures, reason }, reason);
}

function set(turn: Turn, state: RemoteBreaker, reason: string): void {
  turn.draft.remote = state;
  decideOn(turn, { kind: 'remote_breaker', state }, reason);
}
