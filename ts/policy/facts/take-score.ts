import type { FaultClass } from '../../domain/fault.js';
import { driveOut } from '../placement/moves.js';
import type { Turn } from '../state/turn.js';
import { answerFailedMove, describe } from '../workers/faults.js';

/** Voice activity failed on the card: a full card sends it to the CPU, anything else ends the worker. */
export function observeScoreFailure(turn: Turn, generation: number, fault: FaultClass): void {
  const { gpu, vad } = turn.draft;
  if (gpu.kind !== 'ready' || gpu.generation !== generation || vad.device !== 'cuda') return;
  if (fault === 'oom' || fault === 'ambiguous') driveOut(turn, 'vad', describe(fault), fault);
  else answerFailedMove(turn, 'vad', 'cuda', fault);
}
