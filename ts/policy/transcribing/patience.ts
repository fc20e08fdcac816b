import { isDue } from '../state/deadlines.js';
import { isCardWanted } from '../state/idle.js';
import type { PolicyState } from '../state/state.js';
import { nextGpuStartS } from '../workers/workers.js';

/**
 * Until when the utterance at hand waits for a worker of the card that is loading, because its text is better; null:
 * not at all. Counted from its end, so never longer and never twice. One that the card has failed or refused goes to
 * the CPU at once.
 */
export function patientUntilS(state: PolicyState): number | null {
  const { job, settings, atS } = state;
  if (job === null || job.stage.kind !== 'unplaced' || job.cpuBecause !== null) return null;
  if (job.endedS === undefined || !isCardComing(state)) return null;
  const untilS = job.endedS + settings.patienceS;
  return isDue(untilS, atS) ? null : untilS;
}

/** It loads, or will as soon as the card was measured. */
function isCardComing(state: PolicyState): boolean {
  if (!isCardWanted(state) || state.stt.drivenOut) return false;
  if (state.gpu.kind === 'loading') return true;
  return state.gpu.kind === 'none' && isDue(nextGpuStartS(state), state.atS);
}
