import type { PolicyEvent } from '../../domain/events.js';
import type { Turn } from '../state/turn.js';
import { answerRemoteFailure, concludeRemoteProbe } from '../workers/remote.js';

type Answer = Extract<PolicyEvent, { kind: 'remote_answered' | 'remote_failed' | 'remote_probed' }>;

/** The engine on another machine has answered. What an older attempt says changes nothing. */
export function observeRemote(turn: Turn, event: Answer): void {
  const { draft } = turn;
  if (event.kind === 'remote_probed') {
    if (draft.remoteProbe?.attempt === event.attempt) concludeRemoteProbe(turn, event.failure);
    return;
  }
  const stage = draft.job?.stage;
  if (stage?.kind !== 'remote' || stage.attempt !== event.attempt) return;
  if (event.kind === 'remote_answered') draft.job = null;
  else answerRemoteFailure(turn, event.failure);
}
