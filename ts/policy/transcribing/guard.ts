import { compareLevels } from '../memory/levels.js';
import { isDue } from '../state/deadlines.js';
import { needFor } from '../state/demand.js';
import { FRESH_SAMPLE_S, LONGEST_WINDOW_S, SAMPLE_ANSWER_S, WINDOWS_S } from '../state/settings.js';
import type { Job, PolicyState } from '../state/state.js';
import type { Turn } from '../state/turn.js';
import { emptyForJob } from '../workers/faults.js';

export type Verdict =
  | { readonly kind: 'go'; readonly windowS: number; readonly needMb: number }
  | { readonly kind: 'wait' }
  | { readonly kind: 'refused'; readonly reason: string; readonly needMb: number };

const WAIT: Verdict = { kind: 'wait' };

/** Longest piece given to a model at once: 40 s, at critical 20. */
export function windowFor(state: PolicyState): number {
  const tight = compareLevels(state.pressure.level, 'critical') >= 0;
  return tight ? WINDOWS_S[1] : LONGEST_WINDOW_S;
}

/** Whether the card has room for this utterance now, by a sample that is fresh. Asks for what is missing. */
export function askGuard(turn: Turn, job: Job, generation: number): Verdict {
  const { draft } = turn;
  const { stage } = job;
  if (stage.kind === 'emptying' || stage.kind === 'judging') return WAIT;
  const measuring = stage.kind === 'measuring' ? stage : null;
  const freshS = draft.atS - FRESH_SAMPLE_S;
  const askedS = measuring === null ? freshS : measuring.deadlineS - SAMPLE_ANSWER_S;
  const { figures } = draft;
  if (figures === null || !isDue(Math.max(askedS, freshS), figures.atS)) return measure(turn, job);
  if (measuring === null || !measuring.emptied) {
    const needMb = needOf(draft, job, windowFor(draft));
    if (figures.usedMb + needMb <= guardMb(draft))
      return { kind: 'go', windowS: windowFor(draft), needMb };
    emptyForJob(turn, generation, false, overGuard(draft, needMb));
    return WAIT;
  }
  return shorten(draft, job, measuring.retry);
}

function measure(turn: Turn, job: Job): Verdict {
  const { draft } = turn;
  if (job.stage.kind === 'unplaced') {
    const deadlineS = draft.atS + SAMPLE_ANSWER_S;
    const stage = { kind: 'measuring', emptied: false, retry: false, deadlineS } as const;
    draft.job = { ...job, stage };
  }
  return WAIT;
}

/** The cache is empty: the longest window that fits, a shorter one than before after a failure. */
function shorten(state: PolicyState, job: Job, retry: boolean): Verdict {
  const usedMb = state.figures?.usedMb ?? 0;
  const longest = retry ? shorterThan(job.seconds) : windowFor(state);
  const fitting = WINDOWS_S.find(
    (windowS) => windowS <= longest && usedMb + needOf(state, job, windowS) <= guardMb(state),
  );
  const needMb = needOf(state, job, fitting ?? longest);
  if (fitting !== undefined) return { kind: 'go', windowS: fitting, needMb };
  return { kind: 'refused', reason: overGuard(state, needMb), needMb };
}

function shorterThan(seconds: number): number {
  return WINDOWS_S.find((windowS) => windowS < seconds) ?? WINDOWS_S[2];
}

/** Peak of this utterance when it is cut into such windows. */
export function needOf(state: PolicyState, job: Job, windowS: number): number {
  return needFor(state.demand, Math.min(job.seconds, windowS));
}

function guardMb(state: PolicyState): number {
  return state.card?.thresholds.guardMb ?? 0;
}

function overGuard(state: PolicyState, needMb: number): string {
  const usedMb = state.figures?.usedMb ?? 0;
  return `${mb(usedMb)} used + ${mb(needMb)} needed is over the guard of ${mb(guardMb(state))} MB`;
}

function mb(value: number): string {
  return value.toFixed(0);
}
