import type { Decision } from '../../domain/actions.js';
import type { PolicyFact } from '../../domain/events.js';
import type { DaemonState } from '../../domain/state.js';
import type { Recovered } from '../../journal/types.js';
import { awaitsRemote } from '../../policy/telling/view.js';
import type { SimulatedWorld } from '../../protocol/worker/worker.js';
import type { WorkerMemory } from '../../protocol/worker/worker-memory.js';
import type { Reply } from '../../worker/requests.js';
import type { WorkerFigures } from '../../worker/workers.js';
import { Sessions } from '../delivery/sessions.js';
import type { PoolPort } from '../workers/placement-effects.js';
import { CoreParts } from './core-parts.js';
import type { CoreOptions, CorePool, CorePorts, CoreStart } from './core-ports.js';
import { DecisionReporter } from './decision-reporter.js';
import type { Dictation } from './dictation.js';
import { execute } from './execute.js';
import { Loop } from './loop.js';
import { PolicyDriver } from './policy-driver.js';
import { ToggleKey } from './toggle-key.js';
import { WorkerNews } from './worker-news.js';

/** Generations of the ear and of probes lie apart from those that the policy hands out. */
const OWN_GENERATIONS = 1_000_000;
const HOST_MEMORY_MS = 5_000;
const NOTABLE_CHANGE = 0.02;

/** The daemon without its sockets: the one queue, and what hangs on it. */
export class Core {
  readonly driver: PolicyDriver;
  readonly sessions: Sessions;
  readonly loop: Loop;
  readonly toggleKey: ToggleKey;
  /** Why nothing can be recognised; null while it can. */
  trouble: string | null = null;
  private readonly parts: CoreParts;
  private readonly decisionReporter: DecisionReporter;
  private pool: (PoolPort & CorePool) | null = null;
  /** The pool on its way: it is closed even where the program ends before it is there. */
  private pooling: Promise<PoolPort & CorePool> | null = null;
  /** The pool as the parts see it: until it is there, and after it is gone, every worker is lost. */
  private readonly gate: PoolPort = {
    fork: (role, generation, options) => this.pool?.fork(role, generation, options),
    request: (generation, channel, body, audio) =>
      this.pool?.request(generation, channel, body, audio) ??
      Promise.resolve({ kind: 'lost', fault: 'dead' }),
    kill: (generation, signal) => this.pool?.kill(generation, signal),
  };
  private wakeTimer: NodeJS.Timeout | undefined;
  private hostTimer: NodeJS.Timeout | undefined;
  private nextOwnGeneration = OWN_GENERATIONS;
  /** Free memory of the machine as the policy knows it, MB. */
  private toldFreeMb = 0;
  private toldBattery = false;
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
      observe: ports.observe,
    });
    this.toggleKey = new ToggleKey(this, ports.nowS);
    this.decisionReporter = new DecisionReporter(ports, options.sim !== null);
    this.parts = new CoreParts({
      ports,
      options,
      loop: this.loop,
      sessions: this.sessions,
      gate: this.gate,
      learn: (fact) => this.learn(fact),
      after: (delayMs, then) => this.after(delayMs, then),
      newGeneration: () => this.newGeneration(),
      awaitsRemote: (attempt) => awaitsRemote(this.driver.state, attempt),
      reportBug: (error) => this.reportBug(error),
    });
  }

  /** What the last run left is transcribed as soon as there is an engine. */
  recover(recovered: Recovered): void {
    this.loop.post(() => this.parts.recovery.take(recovered));
  }

  /** The card is known: starts the workers. Recording works before. */
  async start({ policy, fact }: CoreStart): Promise<void> {
    if (this.closed) return;
    this.pooling = this.ports.startPool(this.workerNews());
    const pool = await this.pooling;
    if (this.closed) return;
    this.pool = pool;
    this.loop.post(() => {
      this.parts.ear.start();
      const hostFreeMb = this.ports.hostFreeMb();
      this.toldFreeMb = hostFreeMb;
      this.driver.start(policy, { kind: 'start', hostFreeMb, ...fact });
    });
    this.hostTimer = setInterval(() => this.checkHostMemory(), HOST_MEMORY_MS);
    this.hostTimer.unref();
  }

  get state(): DaemonState {
    if (this.dictation.isRecording) return 'recording';
    if (this.dictation.isBusy) return 'processing';
    return this.trouble === null ? 'idle' : 'error';
  }

  get dictation(): Dictation {
    return this.parts.dictation;
  }

  get isClosed(): boolean {
    return this.closed;
  }

  get vadDevice(): 'cuda' | 'cpu' {
    return this.parts.ear.device;
  }

  /** The worker that answers questions about the card, or null. */
  get gpuGeneration(): number | null {
    return this.parts.placement.gpuGeneration;
  }

  get engines(): { readonly gpu: string; readonly cpu: string } {
    return this.parts.engines;
  }

  get lastMemory(): WorkerMemory | null {
    return this.parts.lastMemory;
  }

  workers(): readonly WorkerFigures[] {
    return this.pool?.figures() ?? [];
  }

  get nurseryPid(): number | null {
    return this.pool?.nurseryPid ?? null;
  }

  get malformedMessages(): number {
    return this.pool?.malformedMessages ?? 0;
  }

  /** Begins a take; does nothing while one runs. Returns its session. */
  startRecording(): number {
    const take = this.dictation.start();
    if (take !== null) {
      this.learn({ kind: 'microphone_opened' });
      this.parts.microphone.listenFor(take);
    }
    return this.dictation.session ?? 0;
  }

  /** Ends the take; what was said is delivered. Null while none runs. */
  stopRecording(): number | null {
    return this.parts.microphone.stopFor(this.dictation.stop());
  }

  /** Ends the take; what was said is kept as pending. Null while none runs. */
  cancelRecording(): number | null {
    return this.parts.microphone.stopFor(this.dictation.cancel());
  }

  /** Sound from the microphone program. */
  hear(pcm: Buffer): void {
    this.loop.post(() => this.parts.microphone.hear(pcm));
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
    const { placement } = this.parts;
    placement.simulate(world, (reply) => {
      this.options.sim?.order(world, reply.kind === 'answer');
      if (reply.kind === 'answer') placement.measure();
      then();
    });
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.wakeTimer);
    clearInterval(this.hostTimer);
    const pool = await this.pooling?.catch(() => null);
    await pool?.close();
  }

  private after(delayMs: number, then: () => void): () => void {
    const timer = setTimeout(() => {
      if (!this.closed) this.loop.post(then);
    }, delayMs);
    timer.unref();
    return () => clearTimeout(timer);
  }

  private run(decision: Decision): void {
    const { action } = decision;
    if (action.kind !== 'sample') this.decisionReporter.report(decision);
    execute(action, this.parts, this.ports.nowS());
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

  /** Small changes are not worth waking the policy for. */
  private checkHostMemory(): void {
    this.checkPower();
    const freeMb = this.ports.hostFreeMb();
    if (Math.abs(freeMb - this.toldFreeMb) < NOTABLE_CHANGE * this.toldFreeMb) return;
    this.toldFreeMb = freeMb;
    this.loop.post(() => this.learn({ kind: 'host_memory', freeMb }));
  }

  private checkPower(): void {
    const onBattery = this.ports.onBattery?.() ?? false;
    if (onBattery === this.toldBattery) return;
    this.toldBattery = onBattery;
    this.loop.post(() => this.learn({ kind: 'power', onBattery }));
  }

  private workerNews(): WorkerNews {
    return new WorkerNews({
      ports: this.ports,
      sim: this.options.sim,
      gate: this.gate,
      loop: this.loop,
      parts: this.parts,
      trouble: (message) => {
        this.trouble = message;
      },
      isClosed: () => this.closed,
    });
  }

  private afterEach(): void {
    this.parts.recovery.advance();
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

  private newGeneration(): number {
    this.nextOwnGeneration += 1;
    return this.nextOwnGeneration;
  }
}
