import { fitsOnCard } from '../memory/forecast.js';
import { hasDwelled } from '../memory/hysteresis.js';
import { isDue } from '../state/deadlines.js';
import { isCardWanted } from '../state/idle.js';
import { freshModel, swapModels } from '../state/speech-model.js';
import type { Draft, Turn } from '../state/turn.js';
import { endWorker, nextGpuStartS } from '../workers/workers.js';
import { isKnown, mayReturn } from './placement.js';

/**
 * Ladder, rung 4: where the large speech model does not fit, the smaller one serves on the card; by the same hysteresis
 * it makes way again. A process has one model for its life, so the change is another process.
 */
export function settleRung(turn: Turn): void {
  const { draft } = turn;
  const { gpu, stt } = draft;
  if (draft.parked === null || draft.suspended || draft.resting || !isCardWanted(draft)) return;
  if (gpu.kind === 'loading' || gpu.kind === 'ending' || stt.moving !== null) return;
  if (draft.small) takeLarge(turn);
  else if (stt.device !== 'cuda') takeSmall(turn);
}

/** The large model is not on the card, and may not come: the smaller one does where it may. */
function takeSmall(turn: Turn): void {
  const { draft } = turn;
  if (!isKnown(turn) || mayReturn(draft)) return;
  const away = draft.stt;
  swapModels(draft);
  if (!draft.stt.drivenOut) {
    // What is left of the emergency that drove the large one out is its level; what counts is how full the card is now.
    if (!fitsOnCard(draft, soonOthersMb(draft))) {
      swapModels(draft);
      return;
    }
    // It has not moved yet, but the card has only just been relieved: no second move within a minute.
    draft.stt = { ...draft.stt, lastMoveS: away.lastMoveS };
  } else if (!mayReturn(draft)) {
    swapModels(draft);
    return;
  }
  if (draft.parked !== null) {
    const stt = { ...draft.parked.stt, drivenOut: true };
    draft.parked = { ...draft.parked, stt };
  }
  endWorker(turn, 'gpu', true, 'the smaller model takes the place of the large one');
}

/** The others when the smaller model has been loaded, if they go on as they do. */
function soonOthersMb({ knownOthersMb, figures }: Draft): number {
  return (knownOthersMb ?? 0) + SMALL_LOAD_S * (figures?.steadyFillMbPerS ?? 0);
}

const SMALL_LOAD_S = 3;

/** The large model has had room long enough: the smaller one makes way, at a silence. */
function takeLarge(turn: Turn): void {
  const { draft } = turn;
  if (!isDue(nextGpuStartS(draft), draft.atS) || !isKnown(turn)) return;
  swapModels(draft);
  if (!mayReturn(draft)) {
    swapModels(draft);
    return;
  }
  // Its hysteresis is over: what is left is the load.
  draft.stt = { ...draft.stt, drivenOut: false, returnedS: draft.atS };
  if (draft.parked !== null) draft.parked = freshModel(draft, draft.parked);
  endWorker(turn, 'gpu', true, 'the large model has had room long enough');
}

/** Nobody has dictated for long: whoever comes back begins with the large one, if it need not stay away any more. */
export function restOnLarge(draft: Draft): void {
  if (!draft.small || draft.parked === null) return;
  swapModels(draft);
  if (hasDwelled(draft.stt, draft.atS)) draft.stt = { ...draft.stt, drivenOut: false };
}
