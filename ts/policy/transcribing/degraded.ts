import { isDue, waitAfter } from '../state/deadlines.js';
import { isCardInService, isCardWanted } from '../state/idle.js';
import { itemsAfter } from '../state/queue.js';
import { ATTEMPTS, DEGRADED_WAITS_S, SHORTEST_WINDOW_S } from '../state/settings.js';
import type { PolicyState } from '../state/state.js';
import { type Draft, decideOn, type Turn } from '../state/turn.js';
import { isCpuBlocked } from '../workers/cpu-engine.js';
import { isRemoteInService } from '../workers/remote.js';
import { needOf } from './guard.js';

/** Enters and leaves degraded mode: no engine can be had, speech is recorded and waits. */
export function settleDegraded(turn: Turn): void {
  const { draft } = turn;
  if (draft.suspended) return;
  if (draft.degraded !== null) leave(turn);
  else if (isWithoutEngine(draft)) enter(turn);
  if (draft.degraded !== null && !isRemoteInService(draft)) deferWaiting(turn);
}

function isWithoutEngine(state: PolicyState): boolean {
  if (!isCpuBlocked(state) || isInWork(state)) return false;
  if (state.settings.remote !== 'fallback' && isRemoteInService(state)) return false;
  if (state.job !== null && state.job.cpuBecause !== null) return true;
  return !isCardInService(state) && !isCardComing(state);
}

function isInWork({ job }: PolicyState): boolean {
  return job?.stage.kind === 'running' || job?.stage.kind === 'remote';
}

/** A GPU worker loads, or is about to be started as soon as the card was measured. */
function isCardComing(state: PolicyState): boolean {
  if (state.gpu.kind === 'loading') return true;
  return isCardWanted(state) && !state.stt.drivenOut && state.gpuRest.failures < ATTEMPTS;
}

function enter(turn: Turn): void {
  const { draft } = turn;
  const reason = `no engine: ${whyBlocked(draft)}`;
  const nextAttemptS = nextAttempt(draft, 0);
  draft.degraded = { reason, attempts: 0, nextAttemptS };
  decideOn(turn, { kind: 'degrade', nextAttemptS }, reason);
}

function whyBlocked(draft: Draft): string {
  const free = draft.hostFreeMb;
  if (free !== null && free < draft.settings.cpuEngineMb) {
    return `the CPU engine needs ${draft.settings.cpuEngineMb} MB, ${free.toFixed(0)} MB are free`;
  }
  return 'the CPU engine does not start';
}

function leave(turn: Turn): void {
  const { draft } = turn;
  const { degraded } = draft;
  if (degraded === null) return;
  const working = draft.job === null || isInWork(draft);
  if (draft.cpu.kind === 'ready' || (isCardInService(draft) && working)) {
    draft.degraded = null;
    draft.deferredUpTo = 0;
    decideOn(turn, { kind: 'restore' }, 'an engine is there again');
  }
  if (hasRoomAgain(draft)) draft.job = draft.job && { ...draft.job, cpuBecause: null };
  if (degraded.nextAttemptS === null || !isDue(degraded.nextAttemptS, draft.atS)) return;
  attempt(turn);
}

/** An utterance that the card only had no room for may go there as soon as it has. */
function hasRoomAgain(draft: Draft): boolean {
  const { job, figures, card } = draft;
  if (job === null || job.cpuBecause === null || job.foundFull) return false;
  if (job.gpuFailures > 0) return false;
  if (figures === null || card === null || !isCardInService(draft)) return false;
  return figures.usedMb + needOf(draft, job, SHORTEST_WINDOW_S) <= card.thresholds.guardMb;
}

/** Time for another attempt: the CPU engine may start again, an utterance that the card refused may try it again. */
function attempt(turn: Turn): void {
  const { draft } = turn;
  const { degraded, job } = draft;
  if (degraded === null) return;
  const attempts = degraded.attempts + 1;
  draft.degraded = { ...degraded, attempts, nextAttemptS: nextAttempt(draft, attempts) };
  if (draft.cpuRest.failures >= ATTEMPTS) {
    draft.cpuRest = { failures: ATTEMPTS - 1, notBeforeS: draft.atS };
  }
  if (job !== null && isCardInService(draft)) draft.job = { ...job, cpuBecause: null };
}

function nextAttempt(draft: Draft, attempts: number): number {
  return draft.atS + waitAfter(DEGRADED_WAITS_S, attempts);
}

/** Each utterance is told once that it has to wait. */
function deferWaiting(turn: Turn): void {
  const { draft } = turn;
  if (draft.job !== null) defer(turn, draft.job.utterance);
  for (const { utterance } of itemsAfter(draft.waiting, draft.deferredUpTo)) defer(turn, utterance);
}

function defer(turn: Turn, utterance: number): void {
  const { draft } = turn;
  if (utterance <= draft.deferredUpTo || draft.degraded === null) return;
  draft.deferredUpTo = utterance;
  const { nextAttemptS, reason } = draft.degraded;
  decideOn(turn, { kind: 'defer', utterance, nextAttemptS }, reason);
}
