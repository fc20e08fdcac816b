import type { Device, Model } from '../../domain/device.js';
import type { FaultClass } from '../../domain/fault.js';
import { emptyCache } from '../memory/empty-cache.js';
import { drivenAway } from '../memory/hysteresis.js';
import { requeueJob, setStage } from '../state/job.js';
import { EMPTY_DEADLINE_S, REPEAT_SPAN_S, SAMPLE_ANSWER_S } from '../state/settings.js';
import type { Turn } from '../state/turn.js';
import { isRepeated, openBreaker } from './breaker.js';
import { endWorker, forgetWorker, restWorker } from './workers.js';

/** A transcription on the card failed: the table of docs/faults.md. */
export function answerFailedRequest(turn: Turn, fault: FaultClass): void {
  switch (fault) {
    case 'oom':
      answerFullCard(turn);
      return;
    case 'ambiguous':
      setStage(turn.draft, {
        kind: 'judging',
        deadlineS: turn.draft.atS + SAMPLE_ANSWER_S,
      });
      return;
    case 'sticky':
    case 'wrong_result':
    case 'driver_gone':
    case 'config':
      openBreaker(turn, fault, describe(fault));
      return;
    case 'hang':
    case 'dead':
      answerLostWorker(turn, fault);
      return;
    default:
      fault satisfies never;
      return;
  }
}

/**
 * First rung: empty the cache, measure, the same audio again in shorter windows. Second failure: the CPU. A guess or
 * what nobody wants any more is not worth the ladder, so its failure says nothing about the ladder's end.
 */
function answerFullCard(turn: Turn): void {
  const { draft } = turn;
  const { job, gpu } = draft;
  if (job === null || gpu.kind !== 'ready') return;
  if (job.foundFull) {
    endLadder(turn);
    return;
  }
  if (job.withdrawn || job.speculative) {
    requeueJob(turn, 'gpu', null, 'the card was full');
    emptyCache(turn, gpu.generation, 'the card was full at a guess', 'oom');
    return;
  }
  draft.job = { ...job, foundFull: true };
  emptyForJob(turn, gpu.generation, true, 'the card was full', 'oom');
}

/** Empties the cache on behalf of the utterance at hand. `retry`: it has failed for want of memory already. */
export function emptyForJob(
  turn: Turn,
  generation: number,
  retry: boolean,
  reason: string,
  fault?: FaultClass,
): void {
  const { draft } = turn;
  const deadlineS = draft.atS + EMPTY_DEADLINE_S;
  setStage(draft, { kind: 'emptying', generation, retry, deadlineS });
  emptyCache(turn, generation, reason, fault);
}

/** The ladder's end after a real out-of-memory: the CPU, and the second time within 5 minutes the breaker. */
function endLadder(turn: Turn): void {
  const { draft } = turn;
  const repeated = isRepeated(draft.breakerPast.oomS, draft.atS, REPEAT_SPAN_S);
  draft.breakerPast = { ...draft.breakerPast, oomS: draft.atS };
  requeueJob(turn, 'gpu', null, 'the card was full');
  if (repeated) openBreaker(turn, 'oom', 'the card was full twice within 5 minutes');
}

/** A GPU worker hung or died without a word of CUDA: ended, started anew; the second hang opens the breaker. */
export function answerLostWorker(turn: Turn, fault: 'hang' | 'dead'): void {
  const { draft } = turn;
  endWorker(turn, 'gpu', false, describe(fault), fault);
  restWorker(draft, 'gpu');
  if (fault === 'hang') countHang(turn);
}

function countHang(turn: Turn): void {
  const { draft } = turn;
  const repeated = isRepeated(draft.breakerPast.hangS, draft.atS, REPEAT_SPAN_S);
  draft.breakerPast = { ...draft.breakerPast, hangS: draft.atS };
  if (repeated) openBreaker(turn, 'hang', 'it hung twice within 5 minutes');
}

/** A GPU worker's process ended by itself; `loading`: before it was ready. */
export function answerEndedCardWorker(turn: Turn, fault: FaultClass, loading: boolean): void {
  const { draft } = turn;
  forgetWorker(turn, 'gpu', describe(fault), fault);
  restWorker(draft, 'gpu');
  if (fault === 'oom' && loading) {
    draft.stt = drivenAway(draft.stt, draft.atS, draft.settings);
  } else if (opensAtOnce(fault)) {
    openBreaker(turn, fault, describe(fault));
  } else if (fault === 'hang') {
    countHang(turn);
  } else if (loading && draft.gpuRest.failures >= 3) {
    openBreaker(turn, fault, 'the GPU worker did not start three times');
  }
}

/** Words for people about a fault class. */
export function describe(fault: FaultClass): string {
  switch (fault) {
    case 'oom':
      return 'the card was full';
    case 'ambiguous':
      return 'a library of the card failed';
    case 'sticky':
      return 'the worker process was poisoned by a CUDA error';
    case 'wrong_result':
      return 'the card computes wrongly: known speech did not give its known words';
    case 'driver_gone':
      return 'the driver is gone';
    case 'config':
      return 'driver, build and model do not fit together';
    case 'hang':
      return 'the worker hung';
    case 'dead':
      return 'the worker ended';
    default:
      return fault satisfies never;
  }
}

/** A model did not get to where it was to go. Want of memory drives it away, all else ends the worker. */
export function answerFailedMove(
  turn: Turn,
  model: Model,
  device: Device,
  fault: FaultClass,
): void {
  const { draft } = turn;
  if (fault === 'oom' && device === 'cuda') {
    draft[model] = drivenAway(draft[model], draft.atS, draft.settings);
    return;
  }
  if (opensAtOnce(fault)) openBreaker(turn, fault, describe(fault));
  answerLostWorker(turn, fault === 'hang' ? 'hang' : 'dead');
}

/** Faults after which the card is not tried again without a probe. */
function opensAtOnce(fault: FaultClass): boolean {
  return (
    fault === 'sticky' || fault === 'wrong_result' || fault === 'driver_gone' || fault === 'config'
  );
}
