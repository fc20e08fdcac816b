import type { PolicyEvent, SmallModel } from '../../domain/events.js';
import type { LevelThresholds } from '../../domain/policy-settings.js';
import { thresholdsFor } from '../memory/levels.js';
import { startDemand } from '../state/demand.js';
import { newModel, swapModels } from '../state/speech-model.js';
import type { Draft, Turn } from '../state/turn.js';
import { restoreBreaker } from '../workers/breaker.js';

type Start = Extract<PolicyEvent, { kind: 'start' }>;

/** The first fact: what machine this is, and what was kept from the run before. */
export function beginWork(turn: Turn, start: Start): void {
  const { draft } = turn;
  const { settings } = draft;
  draft.startedS = draft.atS;
  draft.cpuUsedS = draft.atS;
  // The clock of the machine has run for hours when a daemon starts: rest is counted from here on.
  draft.dictatedS = draft.atS;
  draft.hostFreeMb = start.hostFreeMb;
  const { card, breaker, demand, modelAbsent = false } = start;
  const { sttMb = null, small = null } = start;
  recallCard(turn, { breaker, demand, modelAbsent, sttMb, small });
  if (card !== null) takeCard(turn, card, settings.thresholds);
}

/** The card of a slow driver: from now on as if `start` had told of it. A second one is not believed. */
export function useCard(turn: Turn, found: Extract<PolicyEvent, { kind: 'card_found' }>): void {
  if (turn.draft.card !== null) return;
  const { sttMb = null, small = null } = found;
  recallCard(turn, { ...found, sttMb, small });
  takeCard(turn, found.card, found.card.thresholds);
}

type Recalled = Required<Pick<Start, 'breaker' | 'demand' | 'modelAbsent' | 'sttMb' | 'small'>>;

function recallCard({ draft }: Turn, recalled: Recalled): void {
  const { breaker, demand, modelAbsent, sttMb, small } = recalled;
  draft.modelAbsent = modelAbsent;
  draft.sttMb = sttMb ?? draft.settings.sttMb;
  draft.demand = startDemand(draft.settings, demand);
  if (small !== null) addSmallModel(draft, small);
  restoreBreaker(draft, breaker);
}

/** The large one is set aside for it while it is not here itself; whether it was. */
export function addSmallModel(draft: Draft, { sttMb, demand }: SmallModel): boolean {
  if (draft.small || draft.parked !== null) return false;
  draft.parked = newModel(draft.settings, sttMb, demand);
  if (!draft.modelAbsent) return false;
  swapModels(draft);
  draft.parked = null;
  draft.modelAbsent = false;
  return true;
}

function takeCard(
  { draft }: Turn,
  { totalMb, guessed = false }: { readonly totalMb: number; readonly guessed?: boolean },
  fixed: LevelThresholds | null,
): void {
  if (draft.settings.device === 'cpu') return;
  const thresholds = thresholdsFor(totalMb, fixed);
  draft.card = guessed ? { totalMb, guessed, thresholds } : { totalMb, thresholds };
  draft.sampling = { ...draft.sampling, nextS: draft.atS };
}
