import type { PolicyEvent } from '../../domain/events.js';
import { thresholdsFor } from '../memory/levels.js';
import { startDemand } from '../state/demand.js';
import type { Turn } from '../state/turn.js';
import { restoreBreaker } from '../workers/breaker.js';

type Start = Extract<PolicyEvent, { kind: 'start' }>;

/** The first fact: what machine this is, and what was kept from the run before. */
export function beginWork(turn: Turn, start: Start): void {
  const { draft } = turn;
  const { settings } = draft;
  draft.startedS = draft.atS;
  draft.cpuUsedS = draft.atS;
  draft.hostFreeMb = start.hostFreeMb;
  draft.modelAbsent = start.modelAbsent ?? false;
  draft.demand = startDemand(settings, start.demand);
  restoreBreaker(draft, start.breaker);
  if (start.card === null || settings.device === 'cpu') return;
  const { totalMb } = start.card;
  draft.card = { totalMb, thresholds: thresholdsFor(totalMb, settings.thresholds) };
  draft.sampling = { ...draft.sampling, nextS: draft.atS };
}
