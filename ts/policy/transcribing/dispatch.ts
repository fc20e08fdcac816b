import type { WorkerRole } from '../../domain/device.js';
import { compareLevels } from '../memory/levels.js';
import { allowanceFor } from '../state/deadlines.js';
import { needFor } from '../state/demand.js';
import { isCardInService, isCardWanted } from '../state/idle.js';
import { setStage, takeNextJob } from '../state/job.js';
import type { Job } from '../state/state.js';
import { type Draft, decideOn, type Turn } from '../state/turn.js';
import { isCpuBlocked, needCpuWorker } from '../workers/cpu-engine.js';
import { isRemoteInService, sendToRemote } from '../workers/remote.js';
import { askGuard, windowFor } from './guard.js';
import { patientUntilS } from './patience.js';

/** Brings the next utterance to an engine: exactly one at a time, in order. */
export function dispatch(turn: Turn): void {
  const { draft } = turn;
  if (draft.suspended) return;
  yieldToSpoken(draft);
  if (draft.job === null && !takeNextJob(draft, maySpeculate(draft))) return;
  const job = draft.job;
  if (job === null || job.stage.kind === 'running' || job.stage.kind === 'remote') return;
  if (draft.settings.remote === 'first' && isRemoteOffered(draft, job)) {
    sendToRemote(turn, job, 'the other machine comes first');
  } else if (job.cpuBecause === null && isCardInService(draft)) offerToCard(turn, job);
  else offerElsewhere(turn, job, job.cpuBecause ?? whyNotCard(draft));
}

/** Not to the card: to the engine on another machine where that stands before the CPU, else to the CPU. */
function offerElsewhere(turn: Turn, job: Job, reason: string): void {
  if (isRemoteOffered(turn.draft, job)) sendToRemote(turn, job, reason);
  else if (patientUntilS(turn.draft) !== null) awaitCard(turn);
  else offerToCpu(turn, job, reason);
}

/** Whether this utterance may go to the engine on another machine now. */
function isRemoteOffered(draft: Draft, job: Job): boolean {
  if (job.remoteTried || job.again || !isRemoteInService(draft)) return false;
  return draft.settings.remote !== 'fallback' || draft.degraded !== null;
}

/** A guess that no engine works on yet makes way for an utterance that is whole. */
function yieldToSpoken(draft: Draft): void {
  const { job } = draft;
  if (job === null || !job.speculative || draft.waiting.length === 0) return;
  if (job.stage.kind !== 'unplaced' && job.stage.kind !== 'measuring') return;
  draft.job = null;
  draft.held = [...draft.held, { utterance: job.utterance, seconds: job.seconds, tried: false }];
}

function maySpeculate(draft: Draft): boolean {
  return (
    draft.held.length > 0 &&
    draft.breaker.kind === 'closed' &&
    draft.degraded === null &&
    compareLevels(draft.pressure.level, 'critical') < 0 &&
    (isCardInService(draft) || draft.cpu.kind === 'ready' || takesGuesses(draft))
  );
}

/** A server is asked for guesses only where it is to be used anyway. */
function takesGuesses(draft: Draft): boolean {
  return isRemoteInService(draft) && draft.settings.remote !== 'fallback';
}

function offerToCard(turn: Turn, job: Job): void {
  const { draft } = turn;
  if (draft.gpu.kind !== 'ready') return;
  const verdict = askGuard(turn, job, draft.gpu.generation);
  switch (verdict.kind) {
    case 'wait':
      return;
    case 'go':
      run(turn, 'gpu', draft.gpu.generation, verdict.windowS, 'the card has room');
      return;
    case 'refused':
      refuse(turn, verdict.reason);
      return;
    default:
      verdict satisfies never;
      return;
  }
}

/** The card has no room for this one: nothing has failed, but it is read on the CPU. */
export function refuse(turn: Turn, reason: string): void {
  const { draft } = turn;
  const job = draft.job;
  if (job === null) return;
  const next: Job = { ...job, cpuBecause: reason, stage: { kind: 'unplaced' } };
  draft.job = next;
  offerElsewhere(turn, next, reason);
}

/** The CPU engine gets ready meanwhile, for the case that the card does not. */
function awaitCard(turn: Turn): void {
  turn.draft.cpuUsedS = turn.draft.atS;
  if (!isCpuBlocked(turn.draft)) needCpuWorker(turn, 'the model is not on the card yet');
}

function offerToCpu(turn: Turn, job: Job, reason: string): void {
  const { draft } = turn;
  if (job.stage.kind !== 'unplaced') setStage(draft, { kind: 'unplaced' });
  draft.cpuUsedS = draft.atS;
  if (draft.cpu.kind === 'ready') {
    run(turn, 'cpu', draft.cpu.generation, windowFor(draft), reason);
  }
  if (!isCpuBlocked(draft)) needCpuWorker(turn, reason);
}

function run(
  turn: Turn,
  worker: WorkerRole,
  generation: number,
  windowS: number,
  reason: string,
): void {
  const { draft } = turn;
  const job = draft.job;
  if (job === null) return;
  const allowanceS = allowanceFor(worker, job.seconds, draft.settings);
  const deadlineS = draft.atS + allowanceS;
  const { utterance } = job;
  setStage(draft, { kind: 'running', worker, generation, windowS, allowanceS, deadlineS });
  const again = job.again ? ({ atRests: true } as const) : {};
  const device = worker === 'gpu' ? 'cuda' : 'cpu';
  const needMb = needFor(draft.demand, Math.min(job.seconds, windowS));
  decideOn(
    turn,
    { kind: 'transcribe', utterance, device, worker, generation, windowS, deadlineS, ...again },
    reason,
    worker === 'gpu' ? { needMb } : {},
  );
}

function whyNotCard(draft: Draft): string {
  if (draft.card === null) return 'there is no card to use';
  if (draft.modelAbsent) return 'the model for the card is not on this machine yet';
  if (draft.stt.wish === 'cpu') return 'a person wants it on the CPU';
  if (draft.breaker.kind !== 'closed')
    return `the breaker is ${draft.breaker.kind.replace('_', '-')}`;
  if (!isCardWanted(draft)) return 'the card is tried again first';
  return draft.stt.drivenOut ? 'others need the card' : 'the model is not on the card yet';
}
