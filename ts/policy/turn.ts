import type { Action, Decision, DecisionFigures } from '../domain/actions.js';
import type { FaultClass } from '../domain/fault.js';
import type { PolicySettings } from '../domain/policy-settings.js';
import type { PolicyState } from './state.js';

/** The state while one event is worked on: members are replaced, what they hold is never changed. */
export type Draft = { -readonly [K in keyof PolicyState]: PolicyState[K] };

/** One event's work: the state as it becomes, and what is decided on the way. */
export interface Turn {
  readonly draft: Draft;
  readonly decisions: Decision[];
}

/** Opens a turn on a copy, so that the given state stays as it is. Time never runs backwards. */
export function openTurn(state: PolicyState, atS: number, settings: PolicySettings): Turn {
  const draft: Draft = { ...state };
  if (atS > draft.atS) draft.atS = atS;
  draft.settings = settings;
  return { draft, decisions: [] };
}

/** Adds a decision with the figures that are known now. */
export function decideOn(
  turn: Turn,
  action: Action,
  reason: string,
  extra: { readonly needMb?: number; readonly fault?: FaultClass } = {},
): void {
  turn.decisions.push({
    atS: turn.draft.atS,
    action,
    reason,
    figures: figuresNow(turn.draft, extra),
  });
}

function figuresNow(
  draft: Draft,
  extra: { readonly needMb?: number; readonly fault?: FaultClass },
): DecisionFigures {
  const figures = draft.figures;
  return {
    level: draft.pressure.level,
    usedMb: figures?.usedMb ?? null,
    othersMb: figures?.othersMb ?? null,
    ownMb: figures?.ownMb ?? null,
    needMb: extra.needMb ?? null,
    hostFreeMb: draft.hostFreeMb,
    breaker: draft.breaker.kind,
    fault: extra.fault ?? null,
  };
}
