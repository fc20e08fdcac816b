import type { WorkerRole } from '../../domain/device.js';
import type { FaultClass } from '../../domain/fault.js';
import { Allocator } from '../machine/allocator.js';
import { endProcess } from '../machine/end-process.js';
import type { Machine } from '../machine/machine.js';
import { createProcess, type Job, type SimProcess, type Step } from '../machine/process.js';
import { enqueueJob } from '../machine/run-job.js';

/** A fork is cheap; what it lacks shows this soon. */
const FORK_S = 0.2;
/** TERM, a KILL, and the wait of the daemon before it turns one into the other. */
const GENTLE_END_S = 0.2;
const KILLED_END_S = 0.02;
const STUBBORN_END_S = 2;
/** The move of a model to the card in as many parts: others may come in between. */
const MOVE_PARTS = 4;

/** What the policy asks for; `vad`: voice activity detection goes onto the card with it. */
export interface WorkerOrder {
  readonly worker: WorkerRole;
  readonly generation: number;
  readonly vad: boolean;
  readonly small?: true;
}

/** Forks a worker and loads its model: `worker_ready`, or `worker_ended` where something is missing. */
export function spawnWorker(machine: Machine, order: WorkerOrder): void {
  const { contextMb } = machine.world;
  const { worker: role, generation } = order;
  const allocator = role === 'gpu' ? new Allocator(contextMb) : null;
  const sttMb = machine.sttMb(order.small === true);
  const process = createProcess(role, generation, allocator, { nowS: machine.nowS, sttMb });
  const missing = findMissing(machine, allocator);
  machine.processes.set(generation, process);
  process.bringsVad = order.vad;
  if (missing === null) enqueueJob(machine, process, createLoad(machine, process));
  else machine.after(FORK_S, () => failStart(machine, process, missing));
}

/** Ends a worker; a process that hangs does not listen to TERM. */
export function killWorker(machine: Machine, generation: number, gentle: boolean): void {
  const process = machine.processes.get(generation);
  if (process === undefined) return;
  process.running = null;
  process.waiting.length = 0;
  const gentleS = process.hung ? STUBBORN_END_S : GENTLE_END_S;
  process.hung = true;
  machine.after(gentle ? gentleS : KILLED_END_S, () => endProcess(machine, process, 'dead'));
}

/** Steps in which the speech model goes over to the card, in `seconds`. */
export function createMoveSteps(sttMb: number, seconds: number): Step[] {
  const part: Step = {
    afterS: seconds / MOVE_PARTS,
    allocateMb: sttMb / MOVE_PARTS,
    reportsPhase: true,
  };
  return Array.from({ length: MOVE_PARTS }, () => part);
}

function findMissing(machine: Machine, allocator: Allocator | null): FaultClass | null {
  if (allocator === null) return machine.hostFreeMb() < machine.world.cpuEngineMb ? 'oom' : null;
  if (!machine.world.gpu) return 'config';
  if (machine.card.driverGone) return 'driver_gone';
  return machine.card.attach(allocator) ? null : 'oom';
}

function failStart(machine: Machine, process: SimProcess, fault: FaultClass): void {
  if (process.ended) return;
  machine.count(fault, process.role === 'gpu');
  endProcess(machine, process, fault);
}

function createLoad(machine: Machine, process: SimProcess): Job {
  const { gpuLoadS, cpuLoadS } = machine.world;
  const onCard = process.role === 'gpu';
  const read: Step = {
    afterS: (onCard ? gpuLoadS : cpuLoadS) / 2,
    allocateMb: 0,
    reportsPhase: true,
  };
  const move = createMoveSteps(process.sttMb, gpuLoadS / 2);
  const rest = onCard ? move : [{ ...read, reportsPhase: false }];
  return {
    onCard,
    burstable: false,
    steps: [read, ...rest],
    end: (fault) => endLoad(machine, process, fault),
  };
}

function endLoad(machine: Machine, process: SimProcess, fault: FaultClass | null): void {
  const missing = fault ?? takeVad(machine, process);
  if (missing !== null) {
    endProcess(machine, process, missing);
    return;
  }
  process.loaded = true;
  process.sttOnCard = process.role === 'gpu';
  if (process.role === 'probe') return;
  if (process.role === 'cpu') machine.noticeHostMemory();
  const { role: worker, generation } = process;
  machine.tell({ kind: 'worker_ready', worker, generation });
}

/** The last thing that a load asks the card for, unless it was called off meanwhile. */
function takeVad(machine: Machine, process: SimProcess): FaultClass | null {
  const { allocator } = process;
  if (!process.bringsVad || allocator === null) return null;
  process.vadOnCard = allocator.allocate(machine.world.vadMb, machine.card.freeMb());
  if (process.vadOnCard) return null;
  machine.count('oom', true);
  return 'oom';
}
