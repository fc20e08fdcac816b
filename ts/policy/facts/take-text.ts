import type { WorkerRole } from '../../domain/device.js';
import type { HeardSpeech, PolicyEvent } from '../../domain/events.js';
import { learnNeed } from '../state/demand.js';
import { requeueJob, setStage } from '../state/job.js';
import { SAMPLE_ANSWER_S } from '../state/settings.js';
import type { Job, PolicyState, Stage } from '../state/state.js';
import { decideOn, type Turn } from '../state/turn.js';
import { describeUnwritten, suspectText } from '../transcribing/suspicion.js';
import { answerFailedRequest } from '../workers/faults.js';
import { isCurrent, refreshWorker } from '../workers/workers.js';

type Answer = Extract<PolicyEvent, { kind: 'transcribed' | 'transcribe_failed' }>;
type Running = Extract<Stage, { kind: 'running' }>;

/** A text came. One of an older generation, or for another utterance, changes nothing. */
export function observeText(turn: Turn, event: Extract<Answer, { kind: 'transcribed' }>): void {
  const { draft } = turn;
  const stage = runningFor(draft, event);
  const job = draft.job;
  if (stage === null || job === null) return;
  draft.job = judgeText(turn, job, event.heard, event.engineS);
  refreshWorker(draft, event.worker);
  if (event.worker === 'cpu') {
    draft.cpuUsedS = draft.atS;
  } else if (event.needMb !== null) {
    const seconds = Math.min(job.seconds, stage.windowS);
    draft.demand = learnNeed(draft.demand, seconds, event.needMb);
  }
}

/**
 * The job goes on where its text does not fit its speech: once more, the same audio cut at its rests, which takes about
 * `againS`.
 */
export function judgeText(
  turn: Turn,
  job: Job,
  heard: HeardSpeech | undefined,
  againS: number,
): Job | null {
  if (heard === undefined || job.withdrawn) return null;
  const { utterance } = job;
  const doubt = job.again ? null : suspectText(heard, againS);
  if (doubt !== null) {
    decideOn(turn, { kind: 'hear_again', utterance }, doubt);
    return { ...job, again: true, stage: { kind: 'unplaced' } };
  }
  const lack = describeUnwritten(heard);
  if (lack !== null) decideOn(turn, { kind: 'speech_without_text', utterance }, lack);
  return null;
}

/** A transcription failed: on the card by the table of faults, on the CPU it is simply tried again. */
export function observeFailure(
  turn: Turn,
  event: Extract<Answer, { kind: 'transcribe_failed' }>,
): void {
  const { draft } = turn;
  if (runningFor(draft, event) === null) return;
  if (event.worker === 'cpu') {
    requeueJob(turn, 'cpu', 'cpu', 'the CPU engine failed');
    return;
  }
  answerFailedRequest(turn, event.fault);
}

function runningFor(state: PolicyState, event: Answer): Running | null {
  const stage = state.job?.stage;
  if (stage?.kind !== 'running' || state.job?.utterance !== event.utterance) return null;
  return stage.worker === event.worker && stage.generation === event.generation ? stage : null;
}

/** Progress: the deadline of whatever the worker does is armed anew. */
export function observePhase(turn: Turn, worker: WorkerRole, generation: number): void {
  const { draft } = turn;
  const process = draft[worker];
  if (!isCurrent(process, generation)) return;
  if (process.kind === 'loading') {
    draft[worker] = { ...process, deadlineS: draft.atS + draft.settings.loadDeadlineS };
    return;
  }
  const stage = draft.job?.stage;
  if (stage?.kind !== 'running' || stage.generation !== generation) return;
  setStage(draft, { ...stage, deadlineS: draft.atS + stage.allowanceS });
}

/** The cache is empty: measure again, for the utterance that waits for it or for the record. */
export function observeEmptied(turn: Turn, generation: number): void {
  const { draft } = turn;
  if (!isCurrent(draft.gpu, generation)) return;
  const stage = draft.job?.stage;
  if (stage?.kind === 'emptying' && stage.generation === generation) {
    const deadlineS = draft.atS + SAMPLE_ANSWER_S;
    setStage(draft, { kind: 'measuring', emptied: true, retry: stage.retry, deadlineS });
  } else if (draft.sampling.nextS !== null) {
    draft.sampling = { ...draft.sampling, nextS: draft.atS };
  }
}
