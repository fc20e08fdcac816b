import type { PolicyEvent } from '../../domain/events.js';
import { isCardInService } from '../state/idle.js';
import type { Turn } from '../state/turn.js';
import { isCpuBlocked } from '../workers/cpu-engine.js';
import { answerRemoteFailure, concludeRemoteProbe } from '../workers/remote.js';
import { judgeText } from './take-text.js';

type Answer = Extract<PolicyEvent, { kind: 'remote_answered' | 'remote_failed' | 'remote_probed' }>;

/** The engine on another machine has answered. What an older attempt says changes nothing. */
export function observeRemote(turn: Turn, event: Answer): void {
  const { draft } = turn;
  if (event.kind === 'remote_probed') {
    if (draft.remoteProbe?.attempt === event.attempt) concludeRemoteProbe(turn, event.failure);
    return;
  }
  const { job } = draft;
  if (job?.stage.kind !== 'remote' || job.stage.attempt !== event.attempt) return;
  if (event.kind === 'remote_failed') {
    answerRemoteFailure(turn, event.failure);
    return;
  }
  // To hear it again takes an engine here, maybe a weaker one: never lightly. Without one the text is better than none.
  const canHearAgain = isCardInService(draft) || !isCpuBlocked(draft);
  const judged = canHearAgain ? job : { ...job, again: true };
  draft.job = judgeText(turn, judged, event.heard, Number.POSITIVE_INFINITY);
}
