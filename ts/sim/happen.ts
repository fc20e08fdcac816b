import type { WorldEvent } from '../domain/simulation.js';
import { leakUntilNow } from './machine/leak.js';
import type { Machine } from './machine/machine.js';
import type { SimProcess } from './machine/process.js';
import { breakJob } from './machine/run-job.js';

/** Lets the world around the daemon change: other programs, host memory, the driver, what is to fail next. */
export function happen(machine: Machine, event: WorldEvent): void {
  if (event.othersMb !== undefined) holdByOthers(machine, event.othersMb);
  if (event.ramFreeMb !== undefined) changeHostMemory(machine, event.ramFreeMb);
  if (event.leakMbPerMin !== undefined) startLeak(machine, event.leakMbPerMin);
  if (event.driver === 'gone') loseDriver(machine);
  if (event.driver === 'back') machine.card.driverGone = false;
  if (event.remote !== undefined) machine.remote = event.remote;
  if (event.fault !== undefined) machine.orderedFaults.push(event.fault);
}

/** A process that keeps a context over a sleep finds it broken. */
export function poisonBySleep(machine: Machine): void {
  for (const process of gpuProcesses(machine)) process.poison = 'sticky';
}

/** Transcriptions whose memory other programs now want as well end in `oom`. */
function holdByOthers(machine: Machine, mb: number): void {
  leakUntilNow(machine);
  const before = machine.card.wantedMb;
  machine.card.wantedMb = mb;
  if (mb <= before || machine.card.shortageMb() === 0) return;
  for (const process of gpuProcesses(machine)) {
    if (process.running?.burstable === true) breakJob(machine, process, 'oom');
  }
}

function changeHostMemory(machine: Machine, mb: number): void {
  machine.ramFreeMb = mb;
  machine.noticeHostMemory();
}

/** Each GPU worker leaks from now on, a new one from its start, until the rate is 0 again. */
function startLeak(machine: Machine, mbPerMin: number): void {
  leakUntilNow(machine);
  machine.leakMbPerMin = mbPerMin;
}

/** Running calls fail at once; contexts of before stay broken when the driver is back. */
function loseDriver(machine: Machine): void {
  machine.card.driverGone = true;
  machine.card.lossNoticed = false;
  for (const process of gpuProcesses(machine)) {
    process.poison = 'sticky';
    if (process.running?.onCard === true) breakJob(machine, process, 'driver_gone');
  }
}

function gpuProcesses(machine: Machine): SimProcess[] {
  return [...machine.processes.values()].filter((process) => process.allocator !== null);
}
