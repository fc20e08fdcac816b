import type { BreakerMemory, BreakerState } from '../../domain/breaker.js';
import type { FaultClass } from '../../domain/fault.js';
import { fitsForProbe } from '../memory/forecast.js';
import { hurrySample } from '../memory/sampling.js';
import { isDue } from '../state/deadlines.js';
import { isIdle } from '../state/idle.js';
import { RETURN_PROVEN_S, SILENCE_PATIENCE_S } from '../state/settings.js';
import type { PolicyState } from '../state/state.js';
import { type Draft, decideOn, type Turn } from '../state/turn.js';
import { probeWait } from './probe-schedule.js';
import { endWorker } from './workers.js';

/** Figures that are older say nothing about the room for a probe. */
const OLDEST_S = 30;

/** The GPU is not used until a probe has passed. Opening again soon after closing goes on where the waits had got to. */
export function openBreaker(turn: Turn, cause: FaultClass, reason: string): void {
  const { draft } = turn;
  if (draft.breaker.kind === 'isolated') return;
  if (cause === 'config') {
    isolate(turn, reason);
    return;
  }
  if (draft.breaker.kind === 'open' && cause !== 'driver_gone') return;
  if (draft.breaker.kind === 'open' && draft.breaker.cause === 'driver_gone') return;
  const { closedS, failures } = draft.breakerPast;
  const soon = closedS !== null && draft.atS - closedS < RETURN_PROVEN_S;
  schedule(turn, cause, soon && cause !== 'driver_gone' ? failures + 1 : 0, reason);
  endWorker(turn, 'gpu', false, reason, cause);
}

/** Faults that only another build or model can mend: no probe before there is one. */
function isolate(turn: Turn, reason: string): void {
  setBreaker(turn, { kind: 'isolated', cause: 'config' }, reason, 'config');
  turn.draft.probe = null;
  endWorker(turn, 'gpu', true, reason, 'config');
}

/** Something else is there to compute with: whether it fits is for a probe to say. */
export function doubtIsolation(turn: Turn, reason: string): void {
  const { draft } = turn;
  if (draft.breaker.kind !== 'isolated') return;
  const { cause } = draft.breaker;
  setBreaker(turn, { kind: 'open', cause, untilS: draft.atS, failures: 0 }, reason);
}

function schedule(turn: Turn, cause: FaultClass, failures: number, reason: string): void {
  const { draft } = turn;
  const wait = probeWait(cause, failures, draft.breakerPast.random);
  draft.breakerPast = { ...draft.breakerPast, failures, random: wait.random };
  draft.probe = null;
  const untilS = draft.atS + wait.waitS;
  setBreaker(turn, { kind: 'open', cause, untilS, failures }, reason, cause);
}

function setBreaker(turn: Turn, state: BreakerState, reason: string, fault?: FaultClass): void {
  turn.draft.breaker = state;
  decideOn(turn, { kind: 'breaker', state }, reason, { fault });
}

/** Sends a probe when its time has come, nobody is disturbed by it and the card has room for it. */
export function settleProbe(turn: Turn): void {
  const { draft } = turn;
  expireProbe(turn);
  if (draft.probe !== null || draft.suspended || draft.card === null) return;
  const dueS = probeDueS(draft);
  if (dueS === null || !isDue(dueS, draft.atS)) return;
  if (!isIdle(draft) && !isDue(dueS + SILENCE_PATIENCE_S, draft.atS)) return;
  if (draft.gpu.kind !== 'none' || !isMeasured(turn) || !fitsForProbe(draft)) return;
  sendProbe(turn);
}

/** While the breaker was open nothing was measured; a probe that might not fit is worth one look. */
function isMeasured(turn: Turn): boolean {
  const { figures, sampling, atS } = turn.draft;
  if (figures === null || sampling.failures > 0 || atS - figures.atS <= OLDEST_S) return true;
  hurrySample(turn);
  return false;
}

/** When a probe is wanted; null: none is. */
export function probeDueS(state: PolicyState): number | null {
  if (state.modelAbsent) return null;
  if (state.breaker.kind === 'open') return state.breaker.untilS;
  if (state.breaker.kind !== 'closed' || state.stt.wish === 'cpu') return null;
  return state.probeFirst ? state.resumedS : null;
}

function sendProbe(turn: Turn): void {
  const { draft } = turn;
  if (draft.breaker.kind === 'open') {
    const { cause, failures } = draft.breaker;
    setBreaker(turn, { kind: 'half_open', cause, failures }, 'the wait is over');
  }
  const deadlineS = draft.atS + draft.settings.loadDeadlineS;
  draft.probe = { deadlineS };
  const reason = draft.probeFirst ? 'after a suspend the card is tried first' : 'is the card well?';
  const small = draft.small ? ({ small: true } as const) : {};
  decideOn(turn, { kind: 'probe', deadlineS, ...small }, reason);
}

/** It works: a load that says how far it is does not hang. */
export function rearmProbe(draft: Draft): void {
  if (draft.probe === null) return;
  draft.probe = { deadlineS: draft.atS + draft.settings.loadDeadlineS };
}

function expireProbe(turn: Turn): void {
  const { draft } = turn;
  if (draft.probe === null || !isDue(draft.probe.deadlineS, draft.atS)) return;
  concludeProbe(turn, 'hang');
}

/** The probe's answer; one that nobody waits for any more changes nothing. */
export function concludeProbe(turn: Turn, fault: FaultClass | null): void {
  const { draft } = turn;
  if (draft.probe === null) return;
  draft.probe = null;
  draft.probeFirst = false;
  if (fault === null) {
    closeBreaker(turn);
    return;
  }
  const failed = `the probe failed (${fault})`;
  if (fault === 'config') {
    isolate(turn, failed);
    return;
  }
  if (draft.breaker.kind === 'half_open') {
    schedule(turn, fault, draft.breaker.failures + 1, failed);
  } else {
    openBreaker(turn, fault, failed);
  }
}

function closeBreaker(turn: Turn): void {
  const { draft } = turn;
  draft.gpuRest = { failures: 0, notBeforeS: 0 };
  if (draft.breaker.kind === 'closed') return;
  draft.breakerPast = { ...draft.breakerPast, closedS: draft.atS };
  setBreaker(turn, { kind: 'closed' }, 'the probe passed');
}

/** A suspend ends the probe's process: it is made again after the resume. */
export function cancelProbe(turn: Turn): void {
  const { draft } = turn;
  if (draft.probe === null) return;
  draft.probe = null;
  if (draft.breaker.kind !== 'half_open') return;
  const { cause, failures } = draft.breaker;
  const untilS = draft.atS;
  setBreaker(turn, { kind: 'open', cause, untilS, failures }, 'the machine is about to sleep');
}

/** Whether a fault of this kind was seen lately already, so that the second one opens the breaker. */
export function isRepeated(lastS: number | null, atS: number, spanS: number): boolean {
  return lastS !== null && atS - lastS <= spanS;
}

/** What survives a restart; null while closed. Keyed by driver and boot by whoever keeps it. */
export function rememberBreaker(state: PolicyState, atS: number): BreakerMemory | null {
  const { breaker } = state;
  switch (breaker.kind) {
    case 'closed':
      return null;
    case 'open':
      return {
        kind: 'open',
        cause: breaker.cause,
        remainingS: Math.max(0, breaker.untilS - atS),
        failures: breaker.failures,
      };
    case 'half_open':
      return { kind: 'open', cause: breaker.cause, remainingS: 0, failures: breaker.failures };
    case 'isolated':
      return { kind: 'isolated', cause: breaker.cause, remainingS: 0, failures: 0 };
    default:
      return breaker satisfies never;
  }
}

/** The breaker as it was kept; half-open ones are tried again at once. */
export function restoreBreaker(draft: Draft, memory: BreakerMemory | null): void {
  if (memory === null || memory.kind === 'closed') return;
  const { cause, failures } = memory;
  draft.breakerPast = { ...draft.breakerPast, failures };
  draft.breaker =
    memory.kind === 'isolated'
      ? { kind: 'isolated', cause }
      : { kind: 'open', cause, failures, untilS: draft.atS + Math.max(0, memory.remainingS) };
}
