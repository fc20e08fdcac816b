import type { PolicySettings } from '../../domain/policy-settings.js';
import { LONGEST_DWELL_S, MOVE_SPACING_S, RETURN_PROVEN_S } from '../state/settings.js';
import type { Placement } from '../state/state.js';

/** Memory drives the model away. A return that failed this soon doubles the time until the next one. */
export function drivenAway(
  placement: Placement,
  atS: number,
  settings: Pick<PolicySettings, 'dwellS'>,
): Placement {
  const failed = placement.returnedS !== null && atS - placement.returnedS < RETURN_PROVEN_S;
  const dwellS = failed ? Math.min(LONGEST_DWELL_S, placement.dwellS * 2) : settings.dwellS;
  return {
    ...placement,
    device: 'cpu',
    moving: null,
    lastMoveS: atS,
    drivenOut: true,
    returnedS: null,
    dwellS,
    dueSinceS: null,
  };
}

/** Whether a move now keeps the distance to the last one. */
export function keepsDistance(placement: Placement, atS: number): boolean {
  return placement.lastMoveS === null || atS - placement.lastMoveS >= MOVE_SPACING_S;
}

/** Whether the model has stayed away long enough after memory drove it out. */
export function hasDwelled(placement: Placement, atS: number): boolean {
  return placement.lastMoveS === null || atS - placement.lastMoveS >= placement.dwellS;
}
