import type { Action, Decision } from '../../ts/domain/actions.js';
import type { PolicyFact } from '../../ts/domain/events.js';
import type { FaultClass } from '../../ts/domain/fault.js';
import type { PolicySettings } from '../../ts/domain/policy-settings.js';
import { decide } from '../../ts/policy/decide.js';
import { DEFAULT_SETTINGS } from '../../ts/policy/state/settings.js';
import { initialState, type PolicyState } from '../../ts/policy/state/state.js';
import { nextWakeS } from '../../ts/policy/telling/wake.js';
import {
  CONTEXT_MB,
  createProcess,
  FakeCard,
  type FakeProcess,
  STT_MB,
  VAD_MB,
} from './fake-card.js';
import type { Happening, Moment, WorldOptions } from './happenings.js';

export type { Happening, Moment, WorldOptions } from './happenings.js';

/** A small honest card and host: answers each action the way a real worker would, after a while. */
export class World {
  readonly settings: PolicySettings;
  state: PolicyState;
  atS = 0;
  readonly decisions: Decision[] = [];
  readonly texts: { utterance: number; device: string; atS: number }[] = [];
  readonly givenUp = new Set<number>();
  readonly withdrawn = new Set<number>();
  readonly spoken: number[] = [];
  gpuOoms = 0;
  events = 0;
  onStep: (world: World, fact: PolicyFact, decisions: readonly Decision[]) => void = () => {};

  private readonly card: FakeCard;
  private hostFreeMb: number;
  private readonly queue: { atS: number; order: number; run: () => void }[] = [];
  private order = 0;
  private cpu: { generation: number; ready: boolean } | null = null;
  private armed: FaultClass | null = null;
  private leakMbPerS = 0;
  private driverGone = false;
  private leakAtS = 0;
  private utterances = 0;

  constructor(options: Partial<WorldOptions> = {}) {
    // Rest and patience have tests of their own.
    this.settings = { ...DEFAULT_SETTINGS, idleS: 0, patienceS: 0, ...options.settings };
    this.state = initialState(this.settings);
    this.card = new FakeCard(options.totalMb ?? 4295, options.othersMb ?? 250);
    this.hostFreeMb = options.hostFreeMb ?? 8000;
    const card = options.gpu === false ? null : { totalMb: this.card.totalMb };
    this.feed({
      kind: 'start',
      card,
      hostFreeMb: this.hostFreeMb,
      breaker: null,
      demand: null,
      modelAbsent: options.modelAbsent ?? false,
    });
  }

  /** Runs a timeline to its end. */
  play(moments: readonly Moment[], untilS: number): void {
    for (const { atS, what } of moments)
      this.later(Math.max(0, atS - this.atS), () => this.happen(what));
    this.runUntil(untilS);
  }

  runUntil(untilS: number): void {
    for (let guard = 0; ; guard++) {
      if (guard > 5_000_000) throw new Error('the world does not come to rest');
      const wakeS = nextWakeS(this.state);
      const next = this.queue[0];
      const atS = Math.min(next?.atS ?? Infinity, wakeS ?? Infinity);
      if (atS > untilS) break;
      this.atS = Math.max(this.atS, atS);
      if (next !== undefined && next.atS <= (wakeS ?? Infinity)) {
        this.pop()?.run();
      } else this.feed({ kind: 'tick' });
    }
    this.atS = untilS;
  }

  /** What our worker keeps from other programs: its context, what it uses and its cache. */
  get heldMb(): number {
    return this.card.ownMb + (this.gpu?.cacheMb ?? 0);
  }

  get usedMb(): number {
    return this.card.usedMb;
  }

  private get gpu(): FakeProcess | null {
    return this.card.process;
  }

  happen(what: Happening): void {
    if ('others' in what) this.card.holdByOthers(what.others);
    else if ('speech' in what) this.speak(what.speech, what.speculative);
    else if ('speaking' in what) this.feed({ kind: 'speaking', active: what.speaking });
    else if ('fault' in what) this.armed = what.fault;
    else if ('leakMbPerMin' in what) this.leakMbPerS = what.leakMbPerMin / 60;
    else if ('driver' in what) this.changeDriver(what.driver);
    else if ('hostFree' in what) {
      this.hostFreeMb = what.hostFree;
      this.feed({ kind: 'host_memory', freeMb: what.hostFree });
    } else if ('sleep' in what) this.feed({ kind: what.sleep ? 'suspend' : 'resume' });
    else if ('cpuDies' in what) this.endCpu();
    else if ('modelArrives' in what) this.feed({ kind: 'model_arrived', cpuEngine: true });
    else if ('microphone' in what) this.feed({ kind: 'microphone_opened' });
    else if ('onBattery' in what) this.feed({ kind: 'power', onBattery: what.onBattery });
    else this.feed({ kind: 'migrate', model: what.migrate, device: what.device });
  }

  private speak(seconds: number, speculative?: 'confirmed' | 'withdrawn'): void {
    this.utterances += 1;
    const utterance = this.utterances;
    if (speculative === 'withdrawn') this.withdrawn.add(utterance);
    else this.spoken.push(utterance);
    this.secondsOf.set(utterance, seconds);
    this.feed({ kind: 'utterance', utterance, seconds, speculative: speculative !== undefined });
    if (speculative !== undefined) {
      this.later(0.4, () => this.feed({ kind: speculative, utterance }));
    }
  }

  private changeDriver(to: 'gone' | 'back'): void {
    this.driverGone = to === 'gone';
    if (this.gpu !== null && this.driverGone) this.gpu.poisoned = true;
  }

  private feed(fact: PolicyFact): void {
    this.events += 1;
    const step = decide(this.state, { ...fact, atS: this.atS }, this.settings);
    this.state = step.state;
    for (const decision of step.decisions) {
      if (decision.action.kind !== 'sample') this.decisions.push(decision);
      this.act(decision.action);
    }
    this.onStep(this, fact, step.decisions);
  }

  private act(action: Action): void {
    switch (action.kind) {
      case 'sample':
        this.later(0.002, () => this.sample());
        return;
      case 'spawn_worker':
        action.worker === 'gpu' ? this.spawnGpu(action) : this.spawnCpu(action.generation);
        return;
      case 'kill_worker':
        this.kill(action.worker, action.generation);
        return;
      case 'transcribe':
        action.worker === 'gpu' ? this.runGpu(action) : this.runCpu(action);
        return;
      case 'move_stt':
      case 'move_vad':
        this.move(action.kind === 'move_stt' ? 'stt' : 'vad', action.device, action.generation);
        return;
      case 'empty_cache':
        this.later(0.01, () => {
          if (this.gpu?.generation !== action.generation) return;
          this.gpu.cacheMb = 0;
          this.feed({ kind: 'cache_emptied', generation: action.generation });
        });
        return;
      case 'probe':
        this.later(3, () => {
          const full = this.card.roomMb < CONTEXT_MB + STT_MB;
          const fault = this.driverGone ? 'driver_gone' : full ? 'oom' : this.armed;
          this.armed = null;
          this.feed({ kind: 'probe_done', fault });
        });
        return;
      case 'give_up':
        this.givenUp.add(action.utterance);
        return;
      default:
        return;
    }
  }

  private sample(): void {
    this.leak();
    if (this.driverGone) this.feed({ kind: 'sample_failed', fault: 'driver_gone' });
    else if (this.gpu?.poisoned) this.feed({ kind: 'sample_failed', fault: 'sticky' });
    else this.feed({ kind: 'sample', card: this.card.measure() });
  }

  private leak(): void {
    if (this.gpu?.ready) this.gpu.leakedMb += (this.atS - this.leakAtS) * this.leakMbPerS;
    this.leakAtS = this.atS;
  }

  private spawnGpu(action: { generation: number; vad: boolean }): void {
    const { generation } = action;
    if (this.gpu !== null) throw new Error('two GPU workers at once');
    const gpu = createProcess(generation);
    this.card.process = gpu;
    this.later(3, () => {
      if (this.gpu !== gpu) return;
      const full = this.card.roomMb < STT_MB + VAD_MB;
      const fault = this.driverGone || gpu.poisoned ? 'driver_gone' : full ? 'oom' : null;
      if (fault !== null) return this.endGpu(fault);
      gpu.ready = true;
      gpu.stt = true;
      gpu.vad = action.vad;
      this.leakAtS = this.atS;
      this.feed({ kind: 'worker_ready', worker: 'gpu', generation });
    });
  }

  private spawnCpu(generation: number): void {
    if (this.cpu !== null) throw new Error('two CPU workers at once');
    const cpu = { generation, ready: false };
    this.cpu = cpu;
    this.later(2, () => {
      if (this.cpu !== cpu) return;
      if (this.hostFreeMb < 600) return this.endCpu();
      cpu.ready = true;
      this.feed({ kind: 'worker_ready', worker: 'cpu', generation });
    });
  }

  private kill(worker: 'gpu' | 'cpu', generation: number): void {
    this.later(0.05, () => {
      if (worker === 'gpu' && this.gpu?.generation === generation) this.endGpu('dead');
      if (worker === 'cpu' && this.cpu?.generation === generation) this.endCpu();
    });
  }

  private endGpu(fault: FaultClass): void {
    const generation = this.gpu?.generation;
    this.card.process = null;
    if (generation !== undefined)
      this.feed({ kind: 'worker_ended', worker: 'gpu', generation, fault });
  }

  private endCpu(): void {
    const generation = this.cpu?.generation;
    this.cpu = null;
    if (generation !== undefined) {
      this.feed({ kind: 'worker_ended', worker: 'cpu', generation, fault: 'dead' });
    }
  }

  private move(model: 'stt' | 'vad', device: 'cuda' | 'cpu', generation: number): void {
    this.later(0.05, () => {
      const { gpu } = this;
      if (gpu === null || gpu.generation !== generation || gpu.hung) return;
      const mb = model === 'stt' ? STT_MB : VAD_MB;
      const full = device === 'cuda' && this.card.roomMb < mb;
      if (device === 'cpu' && gpu[model]) gpu.cacheMb += mb;
      if (full) gpu.cacheMb += mb / 2;
      else gpu[model] = device === 'cuda';
      const fault = full ? 'oom' : null;
      this.feed({ kind: 'moved', model, device, generation, fault });
    });
  }

  private runGpu(action: Extract<Action, { kind: 'transcribe' }>): void {
    const { generation, utterance, windowS } = action;
    const { gpu } = this;
    if (gpu === null || gpu.generation !== generation || !gpu.stt) {
      throw new Error(`utterance ${utterance} sent to a card that does not hold the model`);
    }
    const seconds = this.secondsOf.get(utterance) ?? 5;
    const needMb = 60 + 4 * Math.min(seconds, windowS);
    const fault = this.faultOf(gpu, needMb);
    gpu.busyMb = needMb;
    if (fault === 'hang') {
      gpu.hung = true;
      return;
    }
    this.later(0.05 + seconds * 0.05, () => {
      if (this.gpu !== gpu) return;
      gpu.busyMb = 0;
      gpu.cacheMb = needMb;
      if (fault === 'dead') return this.endGpu('dead');
      if (fault !== null) {
        return this.feed({
          kind: 'transcribe_failed',
          worker: 'gpu',
          generation,
          utterance,
          fault,
        });
      }
      this.tell(utterance, 'cuda', 'gpu', generation, seconds * 0.05, needMb);
    });
  }

  private faultOf(gpu: FakeProcess, needMb: number): FaultClass | null {
    const armed = this.armed;
    this.armed = null;
    if (this.driverGone) return 'driver_gone';
    if (gpu.poisoned || armed === 'sticky') {
      gpu.poisoned = true;
      return 'sticky';
    }
    if (armed !== null) return armed;
    if (needMb <= this.card.roomMb) return null;
    this.gpuOoms += 1;
    return 'oom';
  }

  private runCpu(action: Extract<Action, { kind: 'transcribe' }>): void {
    const { generation, utterance } = action;
    const { cpu } = this;
    if (cpu === null || cpu.generation !== generation) throw new Error('no such CPU worker');
    const seconds = this.secondsOf.get(utterance) ?? 5;
    this.later(0.1 + seconds * 0.5, () => {
      if (this.cpu === cpu) this.tell(utterance, 'cpu', 'cpu', generation, seconds * 0.5, null);
    });
  }

  readonly secondsOf = new Map<number, number>();

  private tell(
    utterance: number,
    device: string,
    worker: 'gpu' | 'cpu',
    generation: number,
    engineS: number,
    needMb: number | null,
  ): void {
    const stage = this.state.job?.stage;
    const wanted = stage?.kind === 'running' && stage.generation === generation;
    if (wanted) this.texts.push({ utterance, device, atS: this.atS });
    this.feed({ kind: 'transcribed', worker, generation, utterance, engineS, needMb });
  }

  private later(delayS: number, run: () => void): void {
    this.order += 1;
    const item = { atS: this.atS + delayS, order: this.order, run };
    let i = this.queue.length;
    while (i > 0 && (this.queue[i - 1]?.atS ?? 0) > item.atS) i -= 1;
    this.queue.splice(i, 0, item);
  }

  private pop(): { run: () => void } | undefined {
    return this.queue.shift();
  }
}
