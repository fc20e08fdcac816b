import type { WorkerRole } from '../../domain/device.js';
import { dequeue, firstOf } from './queue.js';
import { ATTEMPTS, GPU_ATTEMPTS } from './settings.js';
import type { Job, Stage, Utterance } from './state.js';
import { type Draft, decideOn, type Turn } from './turn.js';

/** Takes the next utterance to work on, in order; a speculative one only when nothing else waits. */
export function takeNextJob(draft: Draft, speculate: boolean): boolean {
  const next = firstOf(draft.waiting);
  if (next !== undefined) {
    draft.waiting = dequeue(draft.waiting);
    draft.job = newJob(next, false);
    return true;
  }
  const guess = speculate ? draft.held.find((held) => !held.tried) : undefined;
  if (guess === undefined) return false;
  draft.held = draft.held.filter((held) => held !== guess);
  draft.job = newJob(guess, true);
  return true;
}

function newJob(from: Utterance, speculative: boolean): Job {
  return {
    utterance: from.utterance,
    seconds: from.seconds,
    ...(from.endedS === undefined ? {} : { endedS: from.endedS }),
    speculative,
    withdrawn: false,
    cpuBecause: null,
    remoteTried: false,
    foundFull: false,
    gpuFailures: 0,
    cpuFailures: 0,
    again: false,
    stage: { kind: 'unplaced' },
  };
}

/** Sets the stage of the current job. */
export function setStage(draft: Draft, stage: Stage): void {
  if (draft.job !== null) draft.job = { ...draft.job, stage };
}

/**
 * The attempt is over without a text: the same audio waits for another one, off the card when it ran (or would have
 * run) there. Unconfirmed utterances are set aside, withdrawn ones are dropped, hopeless ones given up.
 */
export function requeueJob(
  turn: Turn,
  role: WorkerRole,
  blame: WorkerRole | null,
  why: string,
): void {
  const { draft } = turn;
  const job = draft.job;
  if (job === null) return;
  draft.job = null;
  if (job.withdrawn) return;
  if (job.speculative) {
    draft.held = [...draft.held, { utterance: job.utterance, seconds: job.seconds, tried: true }];
    return;
  }
  const next: Job = {
    ...job,
    stage: { kind: 'unplaced' },
    cpuBecause: role === 'gpu' ? why : job.cpuBecause,
    gpuFailures: job.gpuFailures + (blame === 'gpu' ? 1 : 0),
    cpuFailures: job.cpuFailures + (blame === 'cpu' ? 1 : 0),
  };
  if (isHopeless(next)) giveUp(turn, next);
  else draft.job = next;
}

function isHopeless(job: Job): boolean {
  return job.cpuFailures >= ATTEMPTS || job.gpuFailures >= GPU_ATTEMPTS;
}

function giveUp(turn: Turn, job: Job): void {
  const attempts = job.cpuFailures + job.gpuFailures;
  const reason = `${attempts} attempts to transcribe it failed; it is kept with its audio`;
  decideOn(turn, { kind: 'give_up', utterance: job.utterance }, reason);
}
