import type { Action } from '../../domain/actions.js';
import type { Device, Model, WorkerRole } from '../../domain/device.js';
import type { PolicyFact } from '../../domain/events.js';
import type { FaultClass } from '../../domain/fault.js';
import type { CardReading } from '../../domain/memory.js';
import type { ForkOptions, ForkRole } from '../../protocol/worker/nursery.js';
import type { SimulatedWorld, ToWorkerBody } from '../../protocol/worker/worker.js';
import { toCardSample, type WorkerMemory } from '../../protocol/worker/worker-memory.js';
import { faultOf, type Reply } from '../../worker/requests.js';

/** The worker pool as the placement needs it; `ts/worker` is the real one. */
export interface PoolPort {
  fork(role: ForkRole, generation: number, options: Partial<ForkOptions>): void;
  request(
    generation: number,
    channel: 'ctl' | 'data',
    body: ToWorkerBody,
    audio?: Buffer | null,
  ): Promise<Reply>;
  kill(generation: number, signal: 'TERM' | 'KILL'): void;
}

export interface PlacementEffectsPorts {
  readonly pool: PoolPort;
  learn(fact: PolicyFact): void;
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void;
  /** Options of a fork for this role: engine, device, threads, simulated card; `small`: with the smaller model. */
  forkOptions(role: ForkRole, small: boolean): Partial<ForkOptions>;
  /** The voice-activity model lives in this worker now; null: in the ear's own process. */
  vadMoved(generation: number | null): void;
  engineLoaded(worker: WorkerRole, engine: string): void;
  loadFailed(worker: WorkerRole, message: string): void;
  /** The process ended, or was ended, before its model was loaded, or there was never one. */
  lostWhileLoading(worker: WorkerRole): void;
  /** Figures of the card where no worker of ours can answer; null where nobody can. */
  measureElsewhere(): Promise<CardReading>;
  onMemory(memory: WorkerMemory): void;
}

interface Live {
  readonly role: WorkerRole;
  readonly generation: number;
  /** The voice-activity model is loaded along with the speech model. */
  readonly vad: boolean;
}

/** Carries out the policy's actions on workers, and turns what becomes of them into facts. */
export class PlacementEffects {
  private readonly live = new Map<number, Live>();
  /** Generations whose speech model is not loaded yet. */
  private readonly loading = new Set<number>();
  private vadGeneration: number | null = null;
  /** Where the last decision wants voice activity; the answer to an older one changes nothing. */
  private vadTarget: Device = 'cpu';

  constructor(private readonly ports: PlacementEffectsPorts) {}

  /** The generation that answers questions about the card, or null. */
  get gpuGeneration(): number | null {
    for (const worker of this.live.values()) if (worker.role === 'gpu') return worker.generation;
    return null;
  }

  owns(generation: number): boolean {
    return this.live.has(generation);
  }

  isGpu(generation: number): boolean {
    return this.live.get(generation)?.role === 'gpu';
  }

  spawn(action: Extract<Action, { kind: 'spawn_worker' }>): void {
    const { worker, generation, vad } = action;
    this.live.set(generation, { role: worker, generation, vad });
    this.loading.add(generation);
    if (vad) this.vadTarget = 'cuda';
    const small = action.small === true;
    this.ports.pool.fork(worker, generation, this.ports.forkOptions(worker, small));
  }

  /** The process greets: it gets its model. False where the generation is not one of the policy's. */
  hello(generation: number): boolean {
    const worker = this.live.get(generation);
    if (worker === undefined) return false;
    const device: Device = worker.role === 'gpu' ? 'cuda' : 'cpu';
    this.ask(generation, { type: 'load', model: 'stt', device }, (reply) =>
      this.sttLoaded(worker, reply),
    );
    return true;
  }

  /** One that has ended by itself is gone already. */
  kill(action: Extract<Action, { kind: 'kill_worker' }>): void {
    if (!this.live.has(action.generation)) return;
    this.ports.pool.kill(action.generation, action.gentle ? 'TERM' : 'KILL');
  }

  /** A process ended, asked or not. False where the generation is not one of the policy's. */
  ended(generation: number, fault: FaultClass): boolean {
    const worker = this.live.get(generation);
    if (worker === undefined) return false;
    this.live.delete(generation);
    if (this.loading.delete(generation)) this.ports.lostWhileLoading(worker.role);
    if (this.vadGeneration === generation) this.returnVadToCpu();
    this.ports.learn({ kind: 'worker_ended', worker: worker.role, generation, fault });
    return true;
  }

  phase(generation: number): void {
    const worker = this.live.get(generation);
    if (worker) this.ports.learn({ kind: 'phase', worker: worker.role, generation });
  }

  measure(): void {
    const generation = this.gpuGeneration;
    if (generation === null) {
      this.ports.whenDone(this.ports.measureElsewhere(), (card) => {
        if (card === 'asleep') this.ports.learn({ kind: 'card_asleep' });
        else if (card === 'silent') this.ports.learn({ kind: 'sample_failed', fault: 'hang' });
        else if (card === null) this.ports.learn({ kind: 'sample_failed', fault: 'driver_gone' });
        else this.ports.learn({ kind: 'sample', card });
      });
      return;
    }
    this.ask(generation, { type: 'memory' }, (reply) => this.measured(reply));
  }

  emptyCache(generation: number): void {
    this.ask(generation, { type: 'empty_cache' }, (reply) => {
      this.ports.learn({ kind: 'cache_emptied', generation });
      this.measured(reply);
    });
  }

  moveStt(action: Extract<Action, { kind: 'move_stt' }>): void {
    this.move('stt', action.device, action.generation);
  }

  /** To the CPU the ear's own process takes over at once; the tensors on the card are dropped behind it. */
  moveVad(action: Extract<Action, { kind: 'move_vad' }>): void {
    this.vadTarget = action.device;
    if (action.device === 'cpu') this.returnVadToCpu();
    this.move('vad', action.device, action.generation);
  }

  /** Tells the simulated card about its world. */
  simulate(world: SimulatedWorld, then: (reply: Reply) => void): void {
    const generation = this.gpuGeneration;
    if (generation === null) then({ kind: 'lost', fault: 'dead' });
    else this.ask(generation, { type: 'sim', ...world }, then);
  }

  private returnVadToCpu(): void {
    this.vadGeneration = null;
    this.ports.vadMoved(null);
  }

  private move(model: Model, device: Device, generation: number): void {
    const body: ToWorkerBody =
      model === 'vad' && device === 'cpu'
        ? { type: 'drop', model }
        : this.placeOrLoad(model, device);
    this.ask(generation, body, (reply) => {
      const fault = faultOf(reply);
      if (fault === null && model === 'vad' && device === 'cuda') this.hostVad(generation);
      this.ports.learn({ kind: 'moved', model, device, generation, fault });
      this.learnFrom(reply);
    });
  }

  private placeOrLoad(model: Model, device: Device): ToWorkerBody {
    return model === 'vad' ? { type: 'load', model, device } : { type: 'place', model, device };
  }

  /** A card without room for voice detection has the speech model all the same. */
  private sttLoaded(worker: Live, reply: Reply): void {
    if (!worker.vad || this.vadTarget === 'cpu' || faultOf(reply) !== null) {
      this.loaded(worker, reply);
      return;
    }
    this.ask(worker.generation, { type: 'load', model: 'vad', device: 'cuda' }, (vadReply) => {
      const fault = faultOf(vadReply);
      if (fault === null) this.hostVad(worker.generation);
      const full = vadReply.kind === 'failed' && fault === 'oom';
      this.loaded(worker, fault === null || full ? reply : vadReply);
      if (full) this.ports.learn({ kind: 'score_failed', generation: worker.generation, fault });
      this.learnFrom(vadReply);
    });
  }

  private hostVad(generation: number): void {
    if (!this.live.has(generation) || this.vadTarget === 'cpu') return;
    this.vadGeneration = generation;
    this.ports.vadMoved(generation);
  }

  private loaded(worker: Live, reply: Reply): void {
    if (!this.live.has(worker.generation)) return;
    const fault = faultOf(reply);
    if (reply.kind !== 'lost') this.loading.delete(worker.generation);
    if (fault !== null) {
      this.failedToLoad(worker, reply, fault);
      return;
    }
    if (reply.kind === 'answer' && reply.answer.type === 'done' && reply.answer.engine) {
      this.ports.engineLoaded(worker.role, reply.answer.engine);
    }
    this.learnFrom(reply);
    this.ports.learn({
      kind: 'worker_ready',
      worker: worker.role,
      generation: worker.generation,
    });
  }

  /** A worker whose model did not load is of no use: it ends, and the policy hears why. */
  private failedToLoad(worker: Live, reply: Reply, fault: FaultClass): void {
    if (reply.kind === 'lost') return;
    if (reply.kind === 'failed') this.ports.loadFailed(worker.role, reply.message);
    this.ports.pool.kill(worker.generation, 'KILL');
    this.ended(worker.generation, fault);
  }

  private measured(reply: Reply): void {
    const fault = faultOf(reply);
    if (fault !== null) this.ports.learn({ kind: 'sample_failed', fault });
    else this.learnFrom(reply);
  }

  private learnFrom(reply: Reply): void {
    if (reply.kind !== 'answer' || reply.answer.type !== 'done') return;
    const { memory } = reply.answer;
    if (memory) this.learnMemory(memory);
  }

  /** A measurement that came along with something else. */
  learnMemory(memory: WorkerMemory): void {
    this.ports.onMemory(memory);
    this.ports.learn({ kind: 'sample', card: toCardSample(memory) });
  }

  private ask(generation: number, body: ToWorkerBody, then: (reply: Reply) => void): void {
    this.ports.whenDone(this.ports.pool.request(generation, 'ctl', body), then);
  }
}
