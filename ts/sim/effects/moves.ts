import type { Device, Model } from '../../domain/device.js';
import type { FaultClass } from '../../domain/fault.js';
import type { Machine } from '../machine/machine.js';
import type { Job, SimProcess, Step } from '../machine/process.js';
import { enqueueJob } from '../machine/run-job.js';
import { createMoveSteps } from './workers.js';

const SMALL_MOVE_S = 0.05;
const EMPTY_CACHE_S = 0.01;

/** Places a model: answer `moved`. Tensors are dropped without a call of the card, so a sick card can't refuse. */
export function moveModel(
  machine: Machine,
  model: Model,
  device: Device,
  generation: number,
): void {
  const process = machine.processes.get(generation);
  if (process !== undefined && process.role === 'gpu') {
    if (model === 'vad') process.bringsVad = false;
    enqueueJob(machine, process, createMove(machine, process, model, device));
    return;
  }
  const fault: FaultClass | null = device === 'cpu' ? null : 'dead';
  machine.after(SMALL_MOVE_S, () => {
    machine.tell({ kind: 'moved', model, device, generation, fault });
  });
}

/** Gives the cache of a worker back to the card: answer `cache_emptied`. */
export function emptyCache(machine: Machine, generation: number): void {
  const process = machine.processes.get(generation);
  if (process === undefined) return;
  enqueueJob(machine, process, {
    onCard: false,
    burstable: false,
    steps: [wait(EMPTY_CACHE_S)],
    end: () => {
      process.allocator?.emptyCache();
      machine.tell({ kind: 'cache_emptied', generation });
    },
  });
}

function createMove(machine: Machine, process: SimProcess, model: Model, device: Device): Job {
  const away = device === 'cpu' || isOnCard(process, model);
  return {
    onCard: device === 'cuda',
    burstable: false,
    steps: away ? [wait(SMALL_MOVE_S)] : createSteps(machine, process, model),
    end: (fault, heldMb) => {
      if (fault !== null) process.allocator?.release(heldMb);
      else place(machine, process, model, device);
      const { generation } = process;
      machine.tell({ kind: 'moved', model, device, generation, fault });
    },
  };
}

function createSteps(machine: Machine, process: SimProcess, model: Model): Step[] {
  const { vadMb, gpuLoadS } = machine.world;
  if (model === 'stt') return createMoveSteps(process.sttMb, gpuLoadS / 2);
  return [{ afterS: SMALL_MOVE_S, allocateMb: vadMb, reportsPhase: false }];
}

function place(machine: Machine, process: SimProcess, model: Model, device: Device): void {
  const mb = model === 'stt' ? process.sttMb : machine.world.vadMb;
  if (device === 'cpu' && isOnCard(process, model)) process.allocator?.release(mb);
  if (model === 'stt') process.sttOnCard = device === 'cuda';
  else process.vadOnCard = device === 'cuda';
}

function isOnCard(process: SimProcess, model: Model): boolean {
  return model === 'stt' ? process.sttOnCard : process.vadOnCard;
}

function wait(afterS: number): Step {
  return { afterS, allocateMb: 0, reportsPhase: false };
}
