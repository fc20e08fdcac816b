import type { FaultClass } from '../../domain/fault.js';
import { endProcess } from './end-process.js';
import { leakUntilNow } from './leak.js';
import type { Machine } from './machine.js';
import type { Job, SimProcess } from './process.js';

/** Seconds in which a call notices that the driver is gone. */
const GONE_AFTER_S = 0.01;

/** Puts a job behind those that the process already has. */
export function enqueueJob(machine: Machine, process: SimProcess, job: Job): void {
  process.waiting.push(job);
  startNext(machine, process);
}

/** Ends the running call with a fault that came from outside: the driver went, other programs burst in. */
export function breakJob(machine: Machine, process: SimProcess, fault: FaultClass): void {
  const job = process.running;
  if (job !== null && !process.hung) finish(machine, process, job, fault);
}

function startNext(machine: Machine, process: SimProcess): void {
  if (process.running !== null || process.ended) return;
  const job = process.waiting.shift();
  if (job === undefined) return;
  process.running = job;
  process.runningHeldMb = 0;
  process.allocator?.startRequest();
  const fault = job.onCard ? takeFault(machine, process) : null;
  if (fault === null) takeStep(machine, process, job, 0);
  else strike(machine, process, job, fault);
}

function takeFault(machine: Machine, process: SimProcess): FaultClass | null {
  if (machine.card.driverGone) return 'driver_gone';
  return process.poison ?? machine.orderedFaults.shift() ?? null;
}

/** A fault shows half-way through the call, a gone driver at once. */
function strike(machine: Machine, process: SimProcess, job: Job, fault: FaultClass): void {
  const fullS = job.steps.reduce((sum, step) => sum + step.afterS, 0);
  machine.after(fault === 'driver_gone' ? GONE_AFTER_S : fullS / 2, () => {
    if (process.running !== job) return;
    if (fault === 'hang') hang(machine, process);
    else finish(machine, process, job, fault);
  });
}

function hang(machine: Machine, process: SimProcess): void {
  process.hung = true;
  machine.count('hang', true);
}

function takeStep(machine: Machine, process: SimProcess, job: Job, index: number): void {
  const step = job.steps[index];
  if (step === undefined) {
    finish(machine, process, job, null);
    return;
  }
  machine.after(step.afterS, () => {
    if (process.running !== job) return;
    if (!takeMemory(machine, process, step.allocateMb)) finish(machine, process, job, 'oom');
    else {
      if (step.reportsPhase) tellPhase(machine, process);
      takeStep(machine, process, job, index + 1);
    }
  });
}

function takeMemory(machine: Machine, process: SimProcess, mb: number): boolean {
  if (process.allocator === null || mb === 0) return true;
  leakUntilNow(machine);
  if (!process.allocator.allocate(mb, machine.card.freeMb())) return false;
  process.runningHeldMb += mb;
  return true;
}

function tellPhase(machine: Machine, process: SimProcess): void {
  if (process.role === 'probe') return;
  machine.tell({ kind: 'phase', worker: process.role, generation: process.generation });
}

function finish(machine: Machine, process: SimProcess, job: Job, fault: FaultClass | null): void {
  process.running = null;
  if (fault === 'sticky' || fault === 'wrong_result') process.poison = fault;
  machine.count(fault, process.allocator !== null);
  if (fault === 'dead' && process.role !== 'probe') endProcess(machine, process, 'dead');
  else job.end(fault, process.runningHeldMb);
  startNext(machine, process);
}
