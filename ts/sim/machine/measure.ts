import type { PolicyFact } from '../../domain/events.js';
import type { FaultClass } from '../../domain/fault.js';
import type { CardSample } from '../../domain/memory.js';
import { leakUntilNow } from './leak.js';
import type { Machine } from './machine.js';
import type { SimProcess } from './process.js';

const ANSWER_S = 0.002;

/** Measures the card, as it is when the answer leaves: `sample` or `sample_failed`. */
export function measureCard(machine: Machine): void {
  machine.after(ANSWER_S, () => machine.tell(measure(machine)));
}

function measure(machine: Machine): PolicyFact {
  const worker = findWorker(machine);
  const fault = findFault(machine) ?? worker?.poison ?? null;
  if (fault !== null) return { kind: 'sample_failed', fault };
  leakUntilNow(machine);
  return { kind: 'sample', card: readCard(machine, worker) };
}

function findFault(machine: Machine): FaultClass | null {
  if (!machine.world.gpu) return 'config';
  if (machine.card.driverGone) return noticeLoss(machine);
  if (machine.orderedFaults[0] !== 'driver_gone') return null;
  machine.orderedFaults.shift();
  machine.count('driver_gone', true);
  return 'driver_gone';
}

function noticeLoss(machine: Machine): FaultClass {
  if (!machine.card.lossNoticed) machine.count('driver_gone', true);
  machine.card.lossNoticed = true;
  return 'driver_gone';
}

/** The youngest GPU worker tells its own memory; one that can't answer leaves only the driver's figures. */
function readCard(machine: Machine, worker: SimProcess | null): CardSample {
  const driverFreeMb = machine.card.freeMb();
  const own = worker?.allocator?.report(driverFreeMb) ?? null;
  return { totalMb: machine.card.totalMb, driverFreeMb, own, source: 'simulated' };
}

function findWorker(machine: Machine): SimProcess | null {
  let youngest: SimProcess | null = null;
  for (const process of machine.processes.values()) if (process.role === 'gpu') youngest = process;
  return youngest === null || !youngest.loaded || youngest.hung ? null : youngest;
}
