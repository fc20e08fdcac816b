import type { Decision } from '../domain/actions.js';
import type { PolicyEvent } from '../domain/events.js';
import type { PolicySettings } from '../domain/policy-settings.js';
import { takeFact } from './facts/take-fact.js';
import { settleSampling } from './memory/sampling.js';
import { settleLeak, settleRemains } from './placement/leak-relief.js';
import { settlePlacement } from './placement/placement.js';
import { settleRelief } from './placement/relief.js';
import { settleRest } from './placement/rest.js';
import { settleRung } from './placement/smaller-rung.js';
import type { PolicyState } from './state/state.js';
import { openTurn } from './state/turn.js';
import { settleDegraded } from './transcribing/degraded.js';
import { dispatch } from './transcribing/dispatch.js';
import { expireDeadlines } from './transcribing/expire.js';
import { settleProbe } from './workers/breaker.js';
import { settleCpuWorker } from './workers/cpu-engine.js';
import { isRemoteInService, settleRemote } from './workers/remote.js';

export type { PolicyState } from './state/state.js';

/**
 * The whole policy: one event in, the new state and what is to be done out. Pure: no clock, no effects, no chance;
 * the same events give the same decisions. The given state is not changed.
 */
export function decide(
  state: PolicyState,
  event: PolicyEvent,
  settings: PolicySettings,
): { readonly state: PolicyState; readonly decisions: readonly Decision[] } {
  const turn = openTurn(state, event.atS, settings);
  takeFact(turn, event);
  expireDeadlines(turn);
  settleRest(turn);
  settleProbe(turn);
  settleRemote(turn);
  settleLeak(turn);
  settleRemains(turn);
  settleRelief(turn);
  settleRung(turn);
  settlePlacement(turn);
  settleCpuWorker(turn);
  dispatch(turn);
  settleDegraded(turn);
  // An engine that is for this case only takes what has just been found to be without one.
  if (turn.draft.degraded !== null && isRemoteInService(turn.draft)) dispatch(turn);
  settleSampling(turn);
  return { state: turn.draft, decisions: turn.decisions };
}
