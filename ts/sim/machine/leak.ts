import type { Machine } from './machine.js';
import type { SimProcess } from './process.js';

/** Lets our GPU workers leak up to now; where the card has no more to give, the leak takes what there is. */
export function leakUntilNow(machine: Machine): void {
  for (const process of machine.processes.values()) {
    if (process.role === 'gpu') leak(machine, process);
  }
}

function leak(machine: Machine, process: SimProcess): void {
  const mb = ((machine.nowS - process.leakedToS) / 60) * machine.leakMbPerMin;
  process.leakedToS = machine.nowS;
  if (mb <= 0 || process.allocator === null) return;
  const freeMb = machine.card.freeMb();
  if (!process.allocator.allocate(mb, freeMb)) process.allocator.allocate(freeMb, freeMb);
}
