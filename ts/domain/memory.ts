/** Memory of our own GPU worker as its allocator reports it. MB are 10^6 bytes. */
export interface OwnMemory {
  /** CUDA context of the worker process (driver-side, outside the allocator). */
  readonly contextMb: number;
  /** Bytes in live tensors, for leak detection. */
  readonly allocatedMb: number;
  /** Bytes in blocks that are in use, including blocks waiting on a stream. */
  readonly activeMb: number;
  /** Bytes the allocator holds from the driver. */
  readonly reservedMb: number;
  /** Bytes in split blocks that are free but cannot be given back: trapped by fragmentation. */
  readonly inactiveSplitMb: number;
  /** Largest request that could be met now, from the cache or from the driver. */
  readonly largestFreeMb: number;
  /** Allocations that succeeded only after the cache was flushed; a rise is the earliest warning. */
  readonly allocRetries: number;
  /** Highest activeMb since the last request started. */
  readonly peakMb: number;
}

/**
 * `asleep`: the card was not asked, because the question would wake it. `silent`: no answer came in time, which a slow
 * driver does too. Null: there is nothing that could answer.
 */
export type CardReading = CardSample | 'asleep' | 'silent' | null;

/** One measurement of the card. `own` is null where our worker could not answer. */
export interface CardSample {
  readonly totalMb: number;
  /** Free as the driver sees it: counts every process and every CUDA context. */
  readonly driverFreeMb: number;
  readonly own: OwnMemory | null;
  readonly source: 'worker' | 'nvidia-smi' | 'simulated';
}

export const PRESSURE_LEVELS = ['normal', 'warning', 'critical', 'emergency'] as const;
export type PressureLevel = (typeof PRESSURE_LEVELS)[number];
