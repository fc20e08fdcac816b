import type { DemandLine } from '../../domain/events.js';
import type { PolicySettings } from '../../domain/policy-settings.js';
import { startDemand } from './demand.js';
import { type PolicyState, placed, type SpeechModel } from './state.js';
import type { Draft } from './turn.js';

/** A speech model that has not been on the card in this run. */
export function newModel(
  settings: PolicySettings,
  sttMb: number,
  demand: DemandLine | null,
): SpeechModel {
  const stt = placed(settings);
  return { stt, sttMb, sttMeasuredIn: null, demand: startDemand(settings, demand) };
}

/** The same model as if it had never been away from the card for want of memory; what was measured of it stays. */
export function freshModel({ settings }: PolicyState, model: SpeechModel): SpeechModel {
  return { ...model, stt: placed(settings) };
}

/** The model that was set aside becomes the one that the card's worker has, and the other way round. */
export function swapModels(draft: Draft): void {
  const { parked, stt, sttMb, sttMeasuredIn, demand } = draft;
  if (parked === null) return;
  draft.small = !draft.small;
  draft.parked = { stt, sttMb, sttMeasuredIn, demand };
  // What a person wants holds for speech, whichever model reads it.
  draft.stt = { ...parked.stt, wish: stt.wish };
  draft.sttMb = parked.sttMb;
  draft.sttMeasuredIn = parked.sttMeasuredIn;
  draft.demand = parked.demand;
}

/** What is known of the large model; of the only one where there is one. */
export function largeModel(state: PolicyState): SpeechModel {
  return state.small && state.parked !== null ? state.parked : state;
}

/** What is known of the smaller model; null where there is none. */
export function smallModel(state: PolicyState): SpeechModel | null {
  return state.small ? state : state.parked;
}
