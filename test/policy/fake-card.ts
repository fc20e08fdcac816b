import type { CardSample, OwnMemory } from '../../ts/domain/memory.js';

/** Memory of one GPU worker, as the card and its allocator would see it. */
export interface FakeProcess {
  readonly generation: number;
  ready: boolean;
  stt: boolean;
  vad: boolean;
  leakedMb: number;
  cacheMb: number;
  busyMb: number;
  poisoned: boolean;
  hung: boolean;
}

export const CONTEXT_MB = 300;
export const STT_MB = 1766;
export const VAD_MB = 2.2;

/** A process that has a context and nothing else yet. */
export function createProcess(generation: number): FakeProcess {
  const memory = { leakedMb: 0, cacheMb: 0, busyMb: 0 };
  const health = { ready: false, poisoned: false, hung: false };
  return { generation, ...memory, ...health, stt: false, vad: false };
}

/** What a card holds: of others, and of at most one worker of ours. */
export class FakeCard {
  readonly totalMb: number;
  process: FakeProcess | null = null;
  private wantedMb: number;

  constructor(totalMb: number, othersMb: number) {
    this.totalMb = totalMb;
    this.wantedMb = othersMb;
  }

  get ownMb(): number {
    return this.process === null ? 0 : CONTEXT_MB + activeOf(this.process);
  }

  /** Free for a new allocation of ours: the driver's free memory and our own cache. */
  get roomMb(): number {
    return this.totalMb - this.wantedMb - this.ownMb;
  }

  get usedMb(): number {
    return Math.min(this.totalMb, this.wantedMb + this.ownMb);
  }

  /** Other programs get at most what is there. */
  holdByOthers(mb: number): void {
    this.wantedMb = Math.min(mb, this.totalMb - this.ownMb);
  }

  measure(): CardSample {
    const { process } = this;
    const own = process?.ready && !process.hung ? reportOf(process) : null;
    const driverFreeMb = Math.max(0, this.roomMb - (process?.cacheMb ?? 0));
    const source = own === null ? 'nvidia-smi' : 'worker';
    return { totalMb: this.totalMb, driverFreeMb, own, source };
  }
}

function activeOf(process: FakeProcess): number {
  const models = (process.stt ? STT_MB : 0) + (process.vad ? VAD_MB : 0);
  return models + process.leakedMb + process.busyMb;
}

function reportOf(process: FakeProcess): OwnMemory {
  const activeMb = activeOf(process);
  return {
    contextMb: CONTEXT_MB,
    allocatedMb: activeMb,
    activeMb,
    reservedMb: activeMb + process.cacheMb,
    inactiveSplitMb: 0,
    largestFreeMb: 0,
    allocRetries: 0,
    peakMb: activeMb,
  };
}
