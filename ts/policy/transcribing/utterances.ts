import { enqueue, removeFrom } from '../state/queue.js';
import type { Draft } from '../state/turn.js';

/** An utterance wants its text. Speculative ones are set aside until nothing else waits. */
export function addUtterance(
  draft: Draft,
  spoken: { readonly utterance: number; readonly seconds: number; readonly speculative: boolean },
): void {
  const { utterance, seconds, speculative } = spoken;
  if (speculative) draft.held = [...draft.held, { utterance, seconds, tried: false }];
  else draft.waiting = enqueue(draft.waiting, { utterance, seconds, endedS: draft.atS });
}

/** It is whole: it must be transcribed. Unknown ids have been transcribed already. */
export function confirmUtterance(draft: Draft, utterance: number): void {
  if (draft.job?.utterance === utterance) {
    draft.job = { ...draft.job, speculative: false, endedS: draft.atS };
    return;
  }
  const held = draft.held.find((item) => item.utterance === utterance);
  if (held === undefined) return;
  draft.held = draft.held.filter((item) => item !== held);
  draft.waiting = enqueue(draft.waiting, {
    utterance,
    seconds: held.seconds,
    endedS: draft.atS,
  });
}

/** Nobody wants it any more. What an engine is working on frees that engine when it answers. */
export function withdrawUtterance(draft: Draft, utterance: number): void {
  const { job } = draft;
  if (job?.utterance === utterance) {
    const { kind } = job.stage;
    draft.job = kind === 'running' || kind === 'judging' ? { ...job, withdrawn: true } : null;
    return;
  }
  const held = draft.held.filter((item) => item.utterance !== utterance);
  if (held.length !== draft.held.length) draft.held = held;
  else draft.waiting = removeFrom(draft.waiting, utterance);
}
