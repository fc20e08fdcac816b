import type { WorkerRole } from '../../domain/device.js';
import type { FaultClass } from '../../domain/fault.js';
import type { Allocator } from './allocator.js';

/** A stretch of work: after `afterS` the process asks the card for `allocateMb` and may report progress. */
export interface Step {
  readonly afterS: number;
  readonly allocateMb: number;
  readonly reportsPhase: boolean;
}

/** One piece of work of a process. `end` is called once: `heldMb` is what its steps took from the card. */
export interface Job {
  /** A call of the card: an ordered fault, a poisoned process or a gone driver strikes it. */
  readonly onCard: boolean;
  /** A transcription ends in `oom` when other programs burst into the memory that it stands on. */
  readonly burstable: boolean;
  readonly steps: readonly Step[];
  readonly end: (fault: FaultClass | null, heldMb: number) => void;
}

/** A modelled worker process: one job at a time, the others wait in order. */
export interface SimProcess {
  readonly role: WorkerRole | 'probe';
  readonly generation: number;
  /** Null for a process that never touches the card. */
  readonly allocator: Allocator | null;
  readonly waiting: Job[];
  running: Job | null;
  runningHeldMb: number;
  loaded: boolean;
  sttOnCard: boolean;
  vadOnCard: boolean;
  /** What its speech model takes on the card. */
  readonly sttMb: number;
  /** Voice activity detection comes onto the card when it has loaded. */
  bringsVad: boolean;
  /** Every further call ends in this class; the CUDA context is broken until the process ends. */
  poison: FaultClass | null;
  hung: boolean;
  ended: boolean;
  leakedToS: number;
}

export function createProcess(
  role: SimProcess['role'],
  generation: number,
  allocator: Allocator | null,
  { nowS, sttMb }: { readonly nowS: number; readonly sttMb: number },
): SimProcess {
  return {
    role,
    generation,
    allocator,
    waiting: [],
    running: null,
    runningHeldMb: 0,
    loaded: false,
    sttOnCard: false,
    sttMb,
    vadOnCard: false,
    bringsVad: false,
    poison: null,
    hung: false,
    ended: false,
    leakedToS: nowS,
  };
}
