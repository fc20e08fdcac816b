import type { Device, Model } from '../../domain/device.js';
import type { FaultClass } from '../../domain/fault.js';
import { emptyCache } from '../memory/empty-cache.js';
import { drivenAway } from '../memory/hysteresis.js';
import { hurrySample } from '../memory/sampling.js';
import { isDue } from '../state/deadlines.js';
import { MOVE_DEADLINE_S } from '../state/settings.js';
import { type Draft, decideOn, type Turn } from '../state/turn.js';
import { answerFailedMove } from '../workers/faults.js';

/**
 * Decides a move. A model that leaves the card is out of its service at once, one that comes is in service when the
 * worker says so. A person's own moves do not count as the policy's.
 */
export function moveModel(
  turn: Turn,
  model: Model,
  to: Device,
  reason: string,
  fault?: FaultClass,
): void {
  const { draft } = turn;
  const { gpu, job } = draft;
  if (gpu.kind !== 'ready') return;
  const { generation } = gpu;
  const busyUntilS = job?.stage.kind === 'running' ? job.stage.deadlineS : draft.atS;
  const deadlineS = Math.max(busyUntilS, draft.atS) + MOVE_DEADLINE_S;
  const wished = draft[model].wish === to;
  draft[model] = {
    ...draft[model],
    device: 'cpu',
    moving: { to, generation, deadlineS },
    lastMoveS: wished ? null : draft.atS,
    dueSinceS: null,
  };
  if (model === 'stt') draft.leak = null;
  const kind = model === 'stt' ? 'move_stt' : 'move_vad';
  decideOn(turn, { kind, device: to, generation, deadlineS }, reason, { fault });
}

/** The same, because memory is short: it comes back by hysteresis only. */
export function driveOut(turn: Turn, model: Model, reason: string, fault?: FaultClass): void {
  const { draft } = turn;
  const away = drivenAway(draft[model], draft.atS, draft.settings);
  moveModel(turn, model, 'cpu', reason, fault);
  draft[model] = { ...away, moving: draft[model].moving };
}

/** A worker that still loads was to bring voice detection to the card with it: it stays on the CPU. */
export function leaveVoiceOut(turn: Turn, reason: string): void {
  const { draft } = turn;
  const { gpu } = draft;
  if (gpu.kind !== 'loading' || !gpu.vad) return;
  const { generation, deadlineS } = gpu;
  draft.gpu = { ...gpu, vad: false };
  const wished = draft.vad.wish === 'cpu';
  draft.vad = { ...draft.vad, lastMoveS: wished ? null : draft.atS, drivenOut: !wished };
  decideOn(turn, { kind: 'move_vad', device: 'cpu', generation, deadlineS }, reason);
}

/** A move has ended. Answers to older moves change nothing. */
export function concludeMove(
  turn: Turn,
  model: Model,
  device: Device,
  generation: number,
  fault: FaultClass | null,
): void {
  const { draft } = turn;
  const { moving } = draft[model];
  if (moving === null || moving.generation !== generation || moving.to !== device) return;
  draft[model] = { ...draft[model], moving: null, settledS: draft.atS };
  hurrySample(turn);
  if (fault !== null) answerFailedMove(turn, model, device, fault);
  else if (device === 'cuda') arrive(draft, model);
  if (model === 'stt' && draft.stt.device === 'cpu') returnMemory(turn, generation);
}

function arrive(draft: Draft, model: Model): void {
  const returnedS = draft[model].drivenOut ? draft.atS : null;
  draft[model] = { ...draft[model], device: 'cuda', drivenOut: false, returnedS };
}

/**
 * Dropped tensors, and those of a move that found the card full, stay in our allocator's cache, where no other program
 * can use them, until it is emptied. Voice detection is too small for that: its leftovers go when the cache is trimmed.
 */
function returnMemory(turn: Turn, generation: number): void {
  const { draft } = turn;
  if (draft.gpu.kind !== 'ready' || draft.gpu.generation !== generation) return;
  emptyCache(turn, generation, 'what the speech model has left goes back to the card');
}

/** A move without an answer by its deadline: the worker hangs. */
export function expireMoves(turn: Turn): void {
  for (const model of ['stt', 'vad'] as const) {
    const { moving } = turn.draft[model];
    if (moving === null || !isDue(moving.deadlineS, turn.draft.atS)) continue;
    concludeMove(turn, model, moving.to, moving.generation, 'hang');
  }
}
