import type { FaultClass } from '../../domain/fault.js';
import type { CardSample } from '../../domain/memory.js';
import {
  announcePressure,
  missSample,
  restSampling,
  takeSample,
  trimCache,
} from '../memory/sampling.js';
import { observeLeak } from '../placement/leak-relief.js';
import { relieveVoice } from '../placement/relief.js';
import { isCardBusy } from '../state/idle.js';
import type { Turn } from '../state/turn.js';
import { refuse } from '../transcribing/dispatch.js';
import { openBreaker } from '../workers/breaker.js';
import { answerFailedRequest, answerLostWorker, describe } from '../workers/faults.js';

/** Failed measurements in a row after which a worker is taken as hanging. */
const MISSES = 5;

/**
 * A measurement came. Voice detection leaves a critical card before anything else is said or done. After an ambiguous
 * failure the sample also tells whether our worker still answers.
 */
export function observeSample(turn: Turn, card: CardSample): void {
  const before = takeSample(turn, card);
  relieveVoice(turn);
  announcePressure(turn, before);
  trimCache(turn);
  if (turn.draft.job?.stage.kind === 'judging') {
    answerFailedRequest(turn, card.own === null ? 'sticky' : 'oom');
  }
  observeLeak(turn);
}

/** A card that sleeps is not measured. With a worker of ours on it the answer is of an earlier time. */
export function noteSleepingCard(turn: Turn): void {
  if (turn.draft.gpu.kind === 'none') restSampling(turn);
}

/** A measurement failed. Without one nothing is sent to the card. */
export function observeSampleFailure(turn: Turn, fault: FaultClass): void {
  const { draft } = turn;
  missSample(turn);
  if (draft.probe !== null) return;
  if (fault === 'driver_gone' || fault === 'config') {
    openBreaker(turn, fault, describe(fault));
    return;
  }
  const stage = draft.job?.stage.kind;
  if (stage === 'judging') {
    answerFailedRequest(turn, 'sticky');
    return;
  }
  if (fault === 'sticky' && draft.gpu.kind === 'ready') {
    openBreaker(turn, fault, describe(fault));
  }
  if (stage === 'measuring') {
    refuse(turn, 'the card could not be measured');
    return;
  }
  if (isCardBusy(draft) || draft.gpu.kind !== 'ready') return;
  if (draft.sampling.failures >= MISSES) {
    answerLostWorker(turn, 'hang');
  }
}
