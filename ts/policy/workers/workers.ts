import type { WorkerRole } from '../../domain/device.js';
import type { FaultClass } from '../../domain/fault.js';
import { isDue, waitAfter } from '../state/deadlines.js';
import { requeueJob } from '../state/job.js';
import {
  CPU_RESPAWN_WAITS_S,
  END_DEADLINE_S,
  GPU_RESPAWN_WAITS_S,
  GPU_STARTS,
  GPU_STARTS_SPAN_S,
} from '../state/settings.js';
import type { PolicyState, Worker } from '../state/state.js';
import { type Draft, decideOn, type Turn } from '../state/turn.js';

/** Starts a worker under a generation of its own. `vad`: voice detection moves in with it. */
export function startWorker(turn: Turn, role: WorkerRole, vad: boolean, reason: string): void {
  const { draft } = turn;
  const generation = draft.nextGeneration;
  const deadlineS = draft.atS + draft.settings.loadDeadlineS;
  draft.nextGeneration = generation + 1;
  draft[role] = { kind: 'loading', generation, deadlineS, vad };
  if (role === 'gpu') draft.gpuStartsS = [...draft.gpuStartsS.slice(1 - GPU_STARTS), draft.atS];
  const small = role === 'gpu' && draft.small ? ({ small: true } as const) : {};
  decideOn(
    turn,
    { kind: 'spawn_worker', worker: role, generation, deadlineS, vad, ...small },
    reason,
  );
}

/** Ends a worker that lives; what it was working on waits again. Gentle: TERM first. */
export function endWorker(
  turn: Turn,
  role: WorkerRole,
  gentle: boolean,
  reason: string,
  fault?: FaultClass,
): void {
  const { draft } = turn;
  const worker = draft[role];
  if (worker.kind === 'none' || worker.kind === 'ending') return;
  const { generation } = worker;
  draft[role] = { kind: 'ending', generation, gentle, deadlineS: draft.atS + END_DEADLINE_S };
  leaveCard(draft, role);
  const action = { kind: 'kill_worker', worker: role, generation, gentle } as const;
  decideOn(turn, action, reason, { fault });
  takeJobBack(turn, role, generation, reason, fault);
}

/** A worker is gone for good: its place is free. */
export function forgetWorker(turn: Turn, role: WorkerRole, why: string, fault?: FaultClass): void {
  const worker = turn.draft[role];
  turn.draft[role] = { kind: 'none' };
  leaveCard(turn.draft, role);
  if (worker.kind !== 'none') takeJobBack(turn, role, worker.generation, why, fault);
}

/** Another attempt after a failure waits longer each time. */
export function restWorker(draft: Draft, role: WorkerRole): void {
  const schedule = role === 'cpu' ? CPU_RESPAWN_WAITS_S : GPU_RESPAWN_WAITS_S;
  const rest = role === 'cpu' ? draft.cpuRest : draft.gpuRest;
  const next = {
    failures: rest.failures + 1,
    notBeforeS: draft.atS + waitAfter(schedule, rest.failures),
  };
  if (role === 'cpu') draft.cpuRest = next;
  else draft.gpuRest = next;
}

/** A transcription that worked ends the count of failures. */
export function refreshWorker(draft: Draft, role: WorkerRole): void {
  const rest = role === 'cpu' ? draft.cpuRest : draft.gpuRest;
  if (rest.failures === 0) return;
  const fresh = { failures: 0, notBeforeS: 0 };
  if (role === 'cpu') draft.cpuRest = fresh;
  else draft.gpuRest = fresh;
}

/** When the next start of a GPU worker is allowed: at most 5 in 10 minutes. */
export function nextGpuStartS(draft: PolicyState): number {
  const oldest = draft.gpuStartsS.length < GPU_STARTS ? undefined : draft.gpuStartsS[0];
  const freeS = oldest === undefined ? 0 : oldest + GPU_STARTS_SPAN_S;
  return Math.max(freeS, draft.gpuRest.notBeforeS);
}

/** An end that does not come by its deadline: asked for once more with KILL, then taken as done. */
export function expireEnding(turn: Turn, role: WorkerRole): void {
  const { draft } = turn;
  const worker = draft[role];
  if (worker.kind !== 'ending' || !isDue(worker.deadlineS, draft.atS)) return;
  const { generation } = worker;
  if (!worker.gentle) {
    draft[role] = { kind: 'none' };
    return;
  }
  draft[role] = { ...worker, gentle: false, deadlineS: draft.atS + END_DEADLINE_S };
  const action = { kind: 'kill_worker', worker: role, generation, gentle: false } as const;
  decideOn(turn, action, 'it did not end when asked');
}

/** Whether this is the living process that the event speaks of. */
export function isCurrent(worker: Worker, generation: number): boolean {
  return worker.kind !== 'none' && worker.generation === generation;
}

function leaveCard(draft: Draft, role: WorkerRole): void {
  if (role === 'cpu') return;
  draft.stt = { ...draft.stt, device: 'cpu', moving: null };
  draft.vad = { ...draft.vad, device: 'cpu', moving: null };
  draft.leak = null;
}

function takeJobBack(
  turn: Turn,
  role: WorkerRole,
  generation: number,
  why: string,
  fault: FaultClass | undefined,
): void {
  const stage = turn.draft.job?.stage;
  if (stage === undefined) return;
  const onCard = stage.kind !== 'unplaced' && stage.kind !== 'running' && stage.kind !== 'remote';
  const running = stage.kind === 'running' && stage.generation === generation;
  if (running || (onCard && role === 'gpu')) {
    requeueJob(turn, role, isBlamed(role, fault) ? role : null, why);
  }
}

/** Whether the utterance may have been what ended the worker. */
function isBlamed(role: WorkerRole, fault: FaultClass | undefined): boolean {
  if (role === 'cpu') return fault !== undefined;
  return fault === 'sticky' || fault === 'wrong_result' || fault === 'hang' || fault === 'dead';
}
