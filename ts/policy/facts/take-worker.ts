import type { WorkerRole } from '../../domain/device.js';
import type { FaultClass } from '../../domain/fault.js';
import { hurrySample } from '../memory/sampling.js';
import type { Placement } from '../state/state.js';
import { type Draft, decideOn, type Turn } from '../state/turn.js';
import { answerEndedCardWorker, describe } from '../workers/faults.js';
import { forgetWorker, isCurrent, restWorker } from '../workers/workers.js';

/** A worker has loaded its model. */
export function observeReady(turn: Turn, role: WorkerRole, generation: number): void {
  const { draft } = turn;
  const worker = draft[role];
  if (worker.kind !== 'loading' || worker.generation !== generation) return;
  draft[role] = { kind: 'ready', generation, sinceS: draft.atS };
  if (role === 'cpu') return;
  draft.stt = settled(draft.stt, draft);
  if (worker.vad) draft.vad = settled(draft.vad, draft);
  hurrySample(turn);
}

function settled(placement: Placement, draft: Draft): Placement {
  return {
    ...placement,
    device: 'cuda',
    moving: null,
    settledS: draft.atS,
    drivenOut: false,
    returnedS: placement.drivenOut ? draft.atS : placement.returnedS,
    dueSinceS: null,
  };
}

/** A worker process has ended. One that was not asked to is told of, and what may be left of it is ended. */
export function observeEnd(
  turn: Turn,
  role: WorkerRole,
  generation: number,
  fault: FaultClass,
): void {
  const { draft } = turn;
  const worker = draft[role];
  if (!isCurrent(worker, generation)) return;
  if (worker.kind === 'ending') {
    draft[role] = { kind: 'none' };
    if (role === 'gpu' && draft.sampling.nextS !== null) hurrySample(turn);
    return;
  }
  const action = { kind: 'kill_worker', worker: role, generation, gentle: false } as const;
  decideOn(turn, action, describe(fault), { fault });
  if (role === 'gpu') {
    answerEndedCardWorker(turn, fault, worker.kind === 'loading');
    return;
  }
  forgetWorker(turn, 'cpu', describe(fault), fault);
  restWorker(draft, 'cpu');
}
