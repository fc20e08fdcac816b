import { needFor } from '../state/demand.js';
import { highestOthers } from '../state/others-window.js';
import { TYPICAL_SECONDS } from '../state/settings.js';
import type { PolicyState } from '../state/state.js';

/** How much the card would hold with the speech model on it at work, beside what others hold. @forTests */
export function predictedMb(state: PolicyState, othersMb: number, vad: boolean): number {
  const { settings, figures } = state;
  const contextMb = figures?.measured ? figures.contextMb : settings.contextMb;
  const models = state.sttMb + (vad ? settings.vadMb : 0);
  return othersMb + contextMb + models + needFor(state.demand, TYPICAL_SECONDS);
}

/** What others hold as far as is known: the last figure, nothing where nothing can be measured. */
export function latestOthers(state: PolicyState): number {
  return state.knownOthersMb ?? 0;
}

/** The most that others held within the window that a return looks back over. */
export function worstOthers(state: PolicyState): number {
  return Math.max(highestOthers(state.others) ?? 0, latestOthers(state));
}

/** Room for the speech model below critical. */
export function fitsOnCard(state: PolicyState, othersMb: number): boolean {
  if (state.card === null) return false;
  return predictedMb(state, othersMb, false) < state.card.thresholds.criticalMb;
}

/** Room for voice detection beside it below warning. */
export function fitsVoice(state: PolicyState, othersMb: number): boolean {
  if (state.card === null) return false;
  return predictedMb(state, othersMb, true) < state.card.thresholds.warningMb;
}

/** A probe loads the model; a driver that does not answer is probed without figures. */
export function fitsForProbe(state: PolicyState): boolean {
  if (state.figures === null || state.sampling.failures > 0) return true;
  return fitsOnCard(state, latestOthers(state));
}
