import type { CpuEngine } from '../../domain/device.js';
import {
  chooseCanaryAlone,
  chooseCpuEngine,
  cpuEngineNeedMb,
} from '../../policy/workers/cpu-choice.js';

/** One may have been an accident; the second says that the model does not get into this memory. */
const LOST_LOADS = 2;
const LOST =
  'the engine on the CPU ended twice before its model was loaded (too little memory, or what was said before)';
const FALLEN_BACK = 'the embedded engine dictates until the next start';

/** What the next CPU worker gets; `small`: with the smaller model. */
export interface CpuChoice {
  readonly engine: CpuEngine;
  readonly small: boolean;
}

const EMBEDDED: CpuChoice = { engine: 'embedded', small: false };
const SMALL: CpuChoice = { engine: 'canary-int8', small: true };

/**
 * The one owner of which engine the next CPU worker gets: hears how each load ended, falls back to the embedded
 * engine where the configured one can't be had, and warns whenever it is not the configured one.
 */
export class CpuEngineChoice {
  /** Size of the model's archive in MB; null while it is not here. */
  archiveMb: number | null = null;
  /** The same of the smaller model; null where it must not be used on the CPU, too. */
  smallMb: number | null = null;
  private hopeless = false;
  /** Workers in a row that ended before their model was loaded. */
  private lostLoads = 0;
  private told = false;
  private alone = false;
  /** Why a model did not load: said once, however often it is tried. */
  private lastReason = '';
  private last: CpuChoice = EMBEDDED;
  private smallHopeless = false;

  constructor(
    private readonly configured: CpuEngine,
    private readonly warn: (code: 'worker' | 'cpu_engine', message: string) => void,
  ) {}

  /** Whether its workers need the configured model. */
  get needsModel(): boolean {
    return this.alone || this.configured !== 'embedded';
  }

  /** Whether the smaller model would take the place of what dictates on the CPU. */
  get wantsSmall(): boolean {
    return this.hopeless || this.archiveMb === null || !this.needsModel;
  }

  /** The embedded engine is of no use, as `message` says, or somebody else did. `archiveMb`: Canary's model, null where it is not here. */
  withoutEmbedded(archiveMb: number | null, message: string | null): void {
    if (this.alone) return;
    this.alone = true;
    this.archiveMb = archiveMb;
    if (message !== null) this.warn('cpu_engine', message);
  }

  next(hostFreeMb: number): CpuChoice {
    this.last = this.choose(hostFreeMb);
    return this.last;
  }

  /** The configured engine; where that is the embedded one, or can't be had, the smaller Canary before it. */
  private choose(hostFreeMb: number): CpuChoice {
    const small = this.smallFits(hostFreeMb);
    if (this.alone && this.archiveMb !== null) {
      const engine = chooseCanaryAlone(this.configured, this.archiveMb, hostFreeMb);
      const fits = cpuEngineNeedMb(engine, this.archiveMb) <= hostFreeMb;
      return small && !fits ? SMALL : { engine, small: false };
    }
    if (this.hopeless) return small ? SMALL : EMBEDDED;
    const engine = chooseCpuEngine(this.configured, this.archiveMb, hostFreeMb);
    if (engine !== 'embedded') return { engine, small: false };
    if (small) return SMALL;
    if (this.configured !== 'embedded' && this.archiveMb !== null) this.tellOfMemory(hostFreeMb);
    return EMBEDDED;
  }

  private smallFits(hostFreeMb: number): boolean {
    if (this.smallMb === null || this.smallHopeless) return false;
    return cpuEngineNeedMb('canary-int8', this.smallMb) <= hostFreeMb;
  }

  /** A CPU worker has its model. */
  loaded(): void {
    this.lostLoads = 0;
  }

  /** A model that does not load once will not do so a second later: dictation goes on without it. */
  failedToLoad(reason: string): void {
    const isNew = reason !== this.lastReason;
    this.lastReason = reason;
    if (this.fallBack()) this.warn('worker', `${reason}; ${FALLEN_BACK}`);
    else if (isNew) this.warn('worker', reason);
  }

  /** The process ended, or was ended, before its model was loaded. */
  endedWhileLoading(): void {
    this.lostLoads += 1;
    if (this.lostLoads < LOST_LOADS || !this.fallBack()) return;
    this.warn('worker', `${LOST}; ${FALLEN_BACK}`);
  }

  /** The configured engine can't be had until the next start. False where it is the embedded one already. */
  private fallBack(): boolean {
    if (this.last.small) {
      const isNew = !this.smallHopeless;
      this.smallHopeless = true;
      return isNew;
    }
    if (this.alone) return false;
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
      'cpu_engine',
      `${this.configured} needs ${neededMb.toFixed(0)} MB of memory, ${hostFreeMb.toFixed(0)} MB are free: ` +
        `the embedded engine dictates; ${advice}close other programs and restart`,
    );
  }
}
