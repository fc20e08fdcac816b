import type { CpuEngine } from '../../domain/device.js';
import { chooseCpuEngine, cpuEngineNeedMb } from '../../policy/workers/cpu-choice.js';

/** Which engine the next CPU worker gets, and who hears of it when that is not the configured one. */
export class CpuEngineChoice {
  /** Size of the model's archive in MB; null while it is not here. */
  archiveMb: number | null = null;
  private hopeless = false;
  private told = false;

  constructor(
    private readonly configured: CpuEngine,
    private readonly warn: (message: string) => void,
  ) {}

  next(hostFreeMb: number): CpuEngine {
    if (this.hopeless) return 'embedded';
    const chosen = chooseCpuEngine(this.configured, this.archiveMb, hostFreeMb);
    if (chosen !== this.configured && this.archiveMb !== null) this.tellOfMemory(hostFreeMb);
    return chosen;
  }

  /** The configured engine can't be had until the next start. False where it is the embedded one already. */
  fallBack(): boolean {
    const isOther = this.configured !== 'embedded' && this.archiveMb !== null && !this.hopeless;
    this.hopeless ||= isOther;
    return isOther;
  }

  private tellOfMemory(hostFreeMb: number): void {
    if (this.told) return;
    this.told = true;
    const neededMb = cpuEngineNeedMb(this.configured, this.archiveMb ?? 0);
    const advice =
      this.configured === 'canary-fp32' ? 'try [stt] cpu_engine = "canary-int8" or ' : '';
    this.warn(
      `${this.configured} needs ${neededMb.toFixed(0)} MB of memory, ${hostFreeMb.toFixed(0)} MB are free: ` +
        `the embedded engine dictates; ${advice}close other programs and restart`,
    );
  }
}
