import type { Action, Decision } from '../domain/actions.js';
import type { PolicyFact } from '../domain/events.js';
import type { FaultClass } from '../domain/fault.js';
import type { DaemonState } from '../domain/state.js';
import type { Recovered } from '../journal/types.js';
import type { SimulatedWorld } from '../protocol/worker.js';
import type { WorkerMemory } from '../protocol/worker-memory.js';
import type { Reply } from '../worker/requests.js';
import type { WorkerFigures, WorkerListener } from '../worker/workers.js';
import type { CoreOptions, CorePool, CorePorts } from './core-ports.js';
import { Dictation } from './dictation.js';
import { Ear } from './ear.js';
import { Loop } from './loop.js';
import { MicrophoneTurns } from './microphone-turns.js';
import { PlacementEffects, type PoolPort } from './placement-effects.js';
import { PolicyDriver } from './policy-driver.js';
import { Probe } from './probe.js';
import { RecoveryQueue } from './recovery-queue.js';
import { Sessions } from './sessions.js';
import { Telling } from './telling.js';
import { Transcribing } from './transcribing.js';

/** Generations of the ear and of probes lie apart from those that the policy hands out. */
const OWN_GENERATIONS = 1_000_000;
const HOST_MEMORY_MS = 5_000;

/** The daemon without its sockets: the one queue, and what hangs on it. */
export class Core {
  readonly dictation: Dictation;
  readonly driver: PolicyDriver;
  readonly placement: PlacementEffects;
  readonly sessions: Sessions;
  readonly loop: Loop;
  readonly engines = { gpu: '', cpu: '' };
  lastMemory: WorkerMemory | null = null;
  trouble: string | null = null;
  private readonly ear: Ear;
  private readonly probe: Probe;
  private readonly transcribing: Transcribing;
  private readonly microphone: MicrophoneTurns;
  private readonly telling: Telling;
  /** The pool as the parts see it: until it is there, and after it is gone, every worker is lost. */
  private readonly gate: PoolPort = {
    fork: (role, generation, options) => this.pool?.fork(role, generation, options),
    request: (generation, channel, body, audio) =>
      this.pool?.request(generation, channel, body, audio) ??
      Promise.resolve({ kind: 'lost', fault: 'dead' }),
    kill: (generation, signal) => this.pool?.kill(generation, signal),
  };
  private readonly recovery: RecoveryQueue;
  private pool: (PoolPort & CorePool) | null = null;
  private wakeTimer: NodeJS.Timeout | undefined;
  private hostTimer: NodeJS.Timeout | undefined;
  private nextOwnGeneration = OWN_GENERATIONS;
  private shownState: DaemonState = 'idle';
  private closed = false;

  constructor(
    private readonly ports: CorePorts,
    private readonly options: CoreOptions,
  ) {
    this.loop = new Loop(
      () => this.afterEach(),
      (error) => this.reportBug(error),
    );
    this.sessions = new Sessions(ports.followers, ports.nowS);
    this.driver = new PolicyDriver(options.policy, {
      nowS: ports.nowS,
      run: (decision) => this.run(decision),
      wakeAt: (atS) => this.wakeAt(atS),
      record: ports.record,
    });
    this.ear = this.buildEar();
    this.placement = this.buildPlacement();
    this.probe = this.buildProbe();
    this.dictation = this.buildDictation();
    this.recovery = new RecoveryQueue(this.dictation);
    this.transcribing = this.buildTranscribing();
    this.microphone = this.buildMicrophone();
    this.telling = new Telling(ports, options.sim !== null);
  }

  /** Starts the workers and takes up what the last run left. */
  async start(recovered: Recovered): Promise<void> {
    this.pool = await this.ports.startPool(this.workerListener());
    this.loop.post(() => {
      this.ear.start();
      const hostFreeMb = this.ports.hostFreeMb();
      this.driver.learn({ kind: 'start', hostFreeMb, ...this.options.start });
      this.recovery.take(recovered);
    });
    this.hostTimer = setInterval(() => this.checkHostMemory(), HOST_MEMORY_MS);
    this.hostTimer.unref();
  }

  get state(): DaemonState {
    if (this.dictation.isRecording) return 'recording';
    if (this.dictation.isBusy) return 'processing';
    return this.trouble === null ? 'idle' : 'error';
  }

  get isClosed(): boolean {
    return this.closed;
  }

  get vadDevice(): 'cuda' | 'cpu' {
    return this.ear.device;
  }

  workers(): readonly WorkerFigures[] {
    return this.pool?.figures() ?? [];
  }

  /** Begins a take; does nothing while one runs. Returns its session. */
  startRecording(): number {
    const take = this.dictation.start();
    if (take !== null) this.microphone.listenFor(take);
    return this.dictation.session ?? 0;
  }

  /** Ends the take; what was said is delivered. Null while none runs. */
  stopRecording(): number | null {
    return this.microphone.stopFor(this.dictation.stop());
  }

  /** Ends the take; what was said is kept as pending. Null while none runs. */
  cancelRecording(): number | null {
    return this.microphone.stopFor(this.dictation.cancel());
  }

  /** Sound from the microphone program. */
  hear(pcm: Buffer): void {
    this.loop.post(() => this.microphone.hear(pcm));
  }

  learn(fact: PolicyFact): void {
    this.driver.learn(fact);
  }

  /** A question to a worker on its command channel. Never rejects. */
  ask(generation: number, body: Parameters<PoolPort['request']>[2]): Promise<Reply> {
    return this.gate.request(generation, 'ctl', body);
  }

  /** An order to the simulated card. */
  simulate(world: SimulatedWorld, then: () => void): void {
    this.placement.simulate(world, (reply) => {
      this.options.sim?.order(world, reply.kind === 'answer');
      if (reply.kind === 'answer') this.placement.measure();
      then();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.wakeTimer);
    clearInterval(this.hostTimer);
    await this.pool?.close();
  }

  /** Runs `then` on the loop after a while; the returned function takes it back. */
  after(delayMs: number, then: () => void): () => void {
    const timer = setTimeout(() => {
      if (!this.closed) this.loop.post(then);
    }, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  }

  private run(decision: Decision): void {
    const { action } = decision;
    if (action.kind !== 'sample') this.telling.tell(decision);
    this.carryOut(action);
  }

  private carryOut(action: Action): void {
    switch (action.kind) {
      case 'sample':
        this.placement.measure();
        return;
      case 'empty_cache':
        this.placement.emptyCache(action.generation);
        return;
      case 'move_vad':
        this.placement.moveVad(action);
        return;
      case 'move_stt':
        this.placement.moveStt(action);
        return;
      case 'spawn_worker':
        this.placement.spawn(action);
        return;
      case 'kill_worker':
        this.placement.kill(action);
        return;
      case 'transcribe':
        this.transcribing.begin(action);
        return;
      case 'probe':
        this.probe.start(Math.max(1, (action.deadlineS - this.ports.nowS()) * 1e3));
        return;
      case 'give_up':
        this.dictation.giveUp(action.utterance);
        return;
      case 'warn':
      case 'shorten_window':
      case 'defer':
      case 'breaker':
      case 'degrade':
      case 'restore':
        return;
      default:
        unreachable(action);
    }
  }

  private wakeAt(atS: number | null): void {
    clearTimeout(this.wakeTimer);
    if (atS === null || this.closed) return;
    const delayMs = Math.max(0, (atS - this.ports.nowS()) * 1e3);
    // One millisecond more: a timer that fires early would wake the policy for nothing.
    this.wakeTimer = setTimeout(
      () => this.loop.post(() => this.learn({ kind: 'tick' })),
      delayMs + 1,
    );
    this.wakeTimer.unref();
  }

  private checkHostMemory(): void {
    this.loop.post(() => this.learn({ kind: 'host_memory', freeMb: this.ports.hostFreeMb() }));
  }

  private workerListener(): WorkerListener {
    const { loop } = this;
    return {
      nurseryReady: () =>
        loop.post(() => {
          this.trouble = null;
        }),
      nurseryFailed: (problem) =>
        loop.post(() => {
          this.trouble = problem.message;
          this.ports.workersUnavailable(problem);
        }),
      hello: (generation) => loop.post(() => this.greet(generation)),
      phase: (generation) => loop.post(() => this.placement.phase(generation)),
      ended: (generation, fault) => loop.post(() => this.workerEnded(generation, fault)),
    };
  }

  private greet(generation: number): void {
    this.ports.publish('worker', { generation, event: 'started' });
    if (this.probe.owns(generation)) {
      this.orderCard(generation, this.options.sim?.probeOrder() ?? null);
      this.probe.hello(generation);
      return;
    }
    if (this.placement.owns(generation)) {
      const isGpu = this.placement.isGpu(generation);
      this.orderCard(generation, isGpu ? (this.options.sim?.firstOrder() ?? null) : null);
      this.placement.hello(generation);
      return;
    }
    this.ear.hello(generation);
  }

  /** Channels keep their order: the order is in force before the request behind it. */
  private orderCard(generation: number, order: SimulatedWorld | null): void {
    if (order !== null) void this.gate.request(generation, 'ctl', { type: 'sim', ...order });
  }

  private workerEnded(generation: number, fault: FaultClass): void {
    // The end of the program is no fault: nothing is started anew.
    if (this.closed) return;
    this.ports.publish('worker', { generation, event: 'ended', fault });
    if (this.probe.ended(generation, fault)) return;
    this.ear.ended(generation);
    this.placement.ended(generation, fault);
    this.dictation.listening.advance();
  }

  private afterEach(): void {
    this.recovery.advance();
    this.sessions.endFinished((session) => this.dictation.isSessionBusy(session));
    const { state } = this;
    if (state !== this.shownState) {
      this.shownState = state;
      this.ports.followers.stateChanged(state);
      this.ports.publish('state', { state });
    }
    this.ports.settled();
  }

  private reportBug(error: unknown): void {
    const message = error instanceof Error ? (error.stack ?? error.message) : String(error);
    this.ports.log.error(`internal error: ${message}`);
  }

  private buildEar(): Ear {
    return new Ear(
      {
        forkEar: (generation) => this.pool?.fork('ear', generation, this.ports.forkOptions('ear')),
        loadEar: (generation) =>
          this.gate.request(generation, 'ctl', { type: 'load', model: 'vad', device: 'cpu' }),
        score: (generation, state, pcm) =>
          this.gate.request(generation, 'data', { type: 'score', format: 's16le', state }, pcm),
        kill: (generation) => this.pool?.kill(generation, 'KILL'),
        whenDone: (work, then) => this.loop.whenDone(work, then),
        after: (delayMs, then) => this.after(delayMs, then),
        trouble: (message) => {
          this.ports.log.warn(message);
        },
        isBusy: (generation) => this.transcribing.isBusy(generation),
        failedOnCard: (generation, fault) =>
          this.learn({ kind: 'score_failed', generation, fault }),
      },
      () => this.newGeneration(),
      () => this.dictation.listening.advance(),
    );
  }

  private buildPlacement(): PlacementEffects {
    return new PlacementEffects({
      pool: this.gate,
      learn: (fact) => this.learn(fact),
      whenDone: (work, then) => this.loop.whenDone(work, then),
      forkOptions: (role) => this.ports.forkOptions(role),
      vadMoved: (generation) => {
        this.ear.moveTo(generation);
        this.dictation.listening.advance();
      },
      loadFailed: (worker, message, hopeless) => {
        if (hopeless && worker === 'cpu') this.ports.fallBackToEmbedded();
        this.ports.log.warn(message);
        this.ports.publish('warning', { code: 'worker', message });
      },
      engineLoaded: (worker, engine) => {
        this.engines[worker] = engine;
      },
      measureElsewhere: () =>
        this.options.sim === null
          ? this.ports.measureElsewhere()
          : Promise.resolve(this.options.sim.measure()),
      onMemory: (memory) => {
        this.lastMemory = memory;
        this.ports.publish('memory', { ...memory });
      },
    });
  }

  private buildProbe(): Probe {
    return new Probe(
      {
        pool: this.gate,
        whenDone: (work, then) => this.loop.whenDone(work, then),
        after: (delayMs, then) => this.after(delayMs, then),
        forkOptions: () => this.ports.forkOptions('probe'),
        done: (fault) => this.learn({ kind: 'probe_done', fault }),
      },
      () => this.newGeneration(),
    );
  }

  private buildDictation(): Dictation {
    return new Dictation(
      {
        journal: this.ports.journal,
        sink: this.ports.sink,
        sessions: this.sessions,
        nowS: this.ports.nowS,
        learn: (fact) => this.learn(fact),
        whenDone: (work, then) => this.loop.whenDone(work, then),
        commands: this.ports.commands,
        segmenterSettings: this.ports.segmenterSettings,
        speculate: () => this.options.speculate,
        warn: (message) => {
          this.ports.log.warn(message);
          this.ports.publish('warning', { code: 'delivery', message });
        },
        pendingChanged: this.ports.pendingChanged,
      },
      this.ear,
    );
  }

  private buildTranscribing(): Transcribing {
    return new Transcribing({
      journal: this.ports.journal,
      pool: this.gate,
      tickets: this.dictation.tickets,
      learn: (fact) => this.learn(fact),
      learnMemory: (memory) => this.placement.learnMemory(memory),
      transcribed: (utterance, transcript) => {
        this.dictation.transcribed(utterance, transcript);
      },
      whenDone: (work, then) => this.loop.whenDone(work, then),
    });
  }

  private buildMicrophone(): MicrophoneTurns {
    return new MicrophoneTurns({
      listen: (on) => this.ports.listen(on),
      post: (task) => this.loop.post(task),
      heard: (take, pcm) => this.dictation.hear(take, pcm),
      ended: (take) => this.dictation.endTake(take),
      failed: (error) => this.reportBug(error),
    });
  }

  private newGeneration(): number {
    this.nextOwnGeneration += 1;
    return this.nextOwnGeneration;
  }
}

function unreachable(action: never): never {
  throw new Error(`unknown action ${JSON.stringify(action)}`);
}
