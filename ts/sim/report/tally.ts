import type { Action } from '../../domain/actions.js';

/** How often the policy decided what; attempts and failures alike. */
export interface Tally {
  movesVad: number;
  movesStt: number;
  workerSpawns: number;
  probes: number;
  breakerOpened: number;
}

export function createTally(): Tally {
  return { movesVad: 0, movesStt: 0, workerSpawns: 0, probes: 0, breakerOpened: 0 };
}

export function tallyAction(tally: Tally, action: Action): void {
  if (action.kind === 'move_vad') tally.movesVad += 1;
  if (action.kind === 'move_stt') tally.movesStt += 1;
  if (action.kind === 'spawn_worker') tally.workerSpawns += 1;
  if (action.kind === 'probe') tally.probes += 1;
  if (action.kind === 'breaker' && action.state.kind === 'open') tally.breakerOpened += 1;
}
