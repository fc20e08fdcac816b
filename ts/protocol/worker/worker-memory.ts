import { z } from 'zod';
import type { CardSample } from '../../domain/memory.js';

const mb = z.number().min(0);

/** What a worker reports about the card and its own allocator, MB of 10^6 bytes (docs/wire.md, "memory"). */
export const workerMemorySchema = z.object({
  total_mb: mb,
  free_mb: mb,
  context_mb: mb,
  allocated_mb: mb,
  active_mb: mb,
  reserved_mb: mb,
  inactive_split_mb: mb,
  largest_free_mb: mb,
  alloc_retries: z.int().min(0),
  peak_mb: mb,
  simulated: z.boolean(),
});
export type WorkerMemory = z.infer<typeof workerMemorySchema>;

/** The same figures in the words of the policy. */
export function toCardSample(memory: WorkerMemory): CardSample {
  return {
    totalMb: memory.total_mb,
    driverFreeMb: memory.free_mb,
    own: {
      contextMb: memory.context_mb,
      allocatedMb: memory.allocated_mb,
      activeMb: memory.active_mb,
      reservedMb: memory.reserved_mb,
      inactiveSplitMb: memory.inactive_split_mb,
      largestFreeMb: memory.largest_free_mb,
      allocRetries: memory.alloc_retries,
      peakMb: memory.peak_mb,
    },
    source: memory.simulated ? 'simulated' : 'worker',
  };
}
