import type { FaultClass } from '../../domain/fault.js';
import type { Machine } from './machine.js';
import type { SimProcess } from './process.js';

/** The process is gone with all that it held and all that it was about to do; the policy is told why. */
export function endProcess(machine: Machine, process: SimProcess, fault: FaultClass): void {
  if (process.ended) return;
  process.ended = true;
  process.running = null;
  process.waiting.length = 0;
  machine.processes.delete(process.generation);
  if (process.allocator !== null) machine.card.detach(process.allocator);
  if (process.role === 'cpu') machine.noticeHostMemory();
  if (process.role === 'probe') return;
  const { role: worker, generation } = process;
  machine.tell({ kind: 'worker_ended', worker, generation, fault });
}
