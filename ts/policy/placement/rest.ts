import { isDue } from '../state/deadlines.js';
import { isIdle } from '../state/idle.js';
import { EMPTY_WINDOW } from '../state/others-window.js';
import type { PolicyState } from '../state/state.js';
import type { Draft, Turn } from '../state/turn.js';
import { endWorker } from '../workers/workers.js';
import { restOnLarge } from './smaller-rung.js';

/** On battery a card that is kept awake costs more than a load. */
const BATTERY_SHARE = 0.5;

/** Leaves the card to itself where nobody has dictated for long, so that it can power down; takes it again for a word. */
export function settleRest(turn: Turn): void {
  const { draft } = turn;
  if (!isIdle(draft)) {
    wakeCard(draft);
    return;
  }
  const dueS = restDueS(draft);
  if (dueS === null || !isDue(dueS, draft.atS)) return;
  draft.resting = true;
  const minutes = (draft.atS - draft.dictatedS) / 60;
  endWorker(turn, 'gpu', true, `nobody has dictated for ${minutes.toFixed(0)} minutes`);
  restOnLarge(draft);
  forgetFigures(draft);
}

/** Someone dictates, or is about to. */
export function wakeCard(draft: Draft): void {
  draft.dictatedS = draft.atS;
  draft.resting = false;
}

/** When the card is left to itself; null: it is already, or is not to be. A person's wish for the card is kept. */
export function restDueS(state: PolicyState): number | null {
  const { idleS } = state.settings;
  if (state.resting || idleS <= 0 || state.card === null || state.suspended) return null;
  if (state.stt.wish === 'cuda' || !isIdle(state)) return null;
  return state.dictatedS + idleS * (state.onBattery ? BATTERY_SHARE : 1);
}

/** What was measured before the rest says nothing afterwards. */
function forgetFigures(draft: Draft): void {
  draft.figures = null;
  draft.knownOthersMb = null;
  draft.others = EMPTY_WINDOW;
  draft.pressure = { level: 'normal', rising: null, easingSinceS: null };
}
