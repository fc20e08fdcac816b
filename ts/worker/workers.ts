import { join } from 'node:path';
import type { FaultClass } from '../domain/fault.js';
import type { Problem } from '../domain/problem.js';
import type { ForkOptions, ForkRole, NurseryEvent } from '../protocol/worker/nursery.js';
import {
  decodeFromWorker,
  encodeHeader,
  type FromWorker,
  type ToWorkerBody,
} from '../protocol/worker/worker.js';
import { monotonicS } from '../system/clock.js';
import type { Log } from '../system/log.js';
import { type Channel, openChannel } from './channel.js';
import { NurseryLink } from './nursery-link.js';
import { type Reply, Requests } from './requests.js';
import type { PythonOptions } from './start-python.js';

/** Facts about workers, in the order in which they became known. Late ones of ended generations never come. */
export interface WorkerListener {
  /** The fork server has its libraries; which engines are installed. */
  nurseryReady(engines: Readonly<Record<string, boolean>>): void;
  /** The fork server can't work; the problem says what to type. It is tried again with growing delay. */
  nurseryFailed(problem: Problem): void;
  /** The process speaks; nothing is loaded in it yet. */
  hello(generation: number): void;
  /** Progress on a request: a deadline may be armed anew. */
  phase(generation: number, phase: string): void;
  ended(generation: number, fault: FaultClass): void;
}

export interface WorkerFigures {
  readonly role: ForkRole;
  readonly generation: number;
  readonly pid: number | null;
  readonly rssMb: number | null;
}

export interface WorkersOptions extends PythonOptions {
  readonly importCanary: boolean;
  /** Private folder (0700) for the sockets. */
  readonly socketDir: string;
  readonly log: Log;
  readonly listener: WorkerListener;
}

interface Worker {
  readonly role: ForkRole;
  readonly generation: number;
  readonly requests: Requests;
  pid: number | null;
  rssMb: number | null;
  lastHeardS: number;
}

/** No heartbeat for so long: two missed beats of an idle worker, six of a busy one. Stopped or stuck, not slow. */
const SILENCE_LIMIT_S = 12;
const FORK_LIMIT_S = 30;
const WATCH_MS = 5_000;
/** Phases that a person waits for or wants to know: an archive with its size and checksum, a new cache. */
const NEWS = /^(converting|replacing|reading .* sha256 )/;

/** The Python side as the daemon sees it: fork, ask, kill. Owns the nursery and both channels. */
export class Workers {
  private readonly workers = new Map<number, Worker>();
  private readonly nursery: NurseryLink;
  private malformed = 0;
  private lastWatchS = monotonicS();
  private readonly watch: NodeJS.Timeout;

  private constructor(
    private readonly options: WorkersOptions,
    private readonly channels: { ctl: Channel; data: Channel },
  ) {
    const { python, pythonPath, importCanary, env, log, listener } = options;
    this.nursery = new NurseryLink({
      nursery: { python, pythonPath, importCanary, env, log },
      onEvent: (event) => this.hearNursery(event),
      onLost: (problem) => {
        for (const generation of [...this.workers.keys()]) this.end(generation, 'dead');
        listener.nurseryFailed(problem);
      },
    });
    this.watch = setInterval(() => this.findSilent(), WATCH_MS);
    this.watch.unref();
  }

  /** Binds the channels and starts the fork server. */
  static async start(options: WorkersOptions): Promise<Workers> {
    const handlers: { hear: (name: string, frames: readonly Buffer[]) => void } = {
      hear: () => {},
    };
    const hear = (name: string, frames: readonly Buffer[]) => handlers.hear(name, frames);
    const ctl = await openChannel(join(options.socketDir, 'worker-ctl'), hear);
    const data = await openChannel(join(options.socketDir, 'worker-data'), hear);
    const workers = new Workers(options, { ctl, data });
    handlers.hear = (name, frames) => workers.hear(name, frames);
    return workers;
  }

  /** Asks for a new worker process; `hello` or `ended` follows. */
  fork(role: ForkRole, generation: number, options: Partial<ForkOptions>): void {
    this.workers.set(generation, {
      role,
      generation,
      requests: new Requests(),
      pid: null,
      rssMb: null,
      lastHeardS: monotonicS(),
    });
    this.nursery.tell({
      op: 'fork',
      role,
      generation,
      ctl: this.channels.ctl.endpoint,
      data: this.channels.data.endpoint,
      options,
    });
  }

  /** Sends a request to a worker. Never rejects; an unknown or ended generation is `lost`. */
  async request(
    generation: number,
    channel: 'ctl' | 'data',
    body: ToWorkerBody,
    audio: Buffer | null = null,
  ): Promise<Reply> {
    const worker = this.workers.get(generation);
    if (worker === undefined) return { kind: 'lost', fault: 'dead' };
    const { id, reply } = worker.requests.begin();
    const header = encodeHeader({ ...body, id });
    const frames = audio === null ? [header] : [header, audio];
    const sent = await this.channels[channel].send(nameOf(worker), frames);
    if (!sent) worker.requests.settle(id, { kind: 'lost', fault: 'hang' });
    return reply;
  }

  /** Ends a worker; its open requests are lost at once, `ended` follows when it is reaped. */
  kill(generation: number, signal: 'TERM' | 'KILL'): void {
    const worker = this.workers.get(generation);
    if (worker === undefined) return;
    if (this.nursery.takeBack(generation)) {
      this.end(generation, 'dead');
      return;
    }
    worker.requests.settleAll({ kind: 'lost', fault: 'dead' });
    this.nursery.tell({ op: 'kill', generation, signal });
  }

  figures(): readonly WorkerFigures[] {
    return [...this.workers.values()].map(({ role, generation, pid, rssMb }) => ({
      role,
      generation,
      pid,
      rssMb,
    }));
  }

  get nurseryPid(): number | null {
    return this.nursery.pid;
  }

  /** Malformed messages so far; each harmed nothing. */
  get malformedMessages(): number {
    return this.malformed;
  }

  async close(): Promise<void> {
    clearInterval(this.watch);
    await this.nursery.close();
    this.channels.ctl.close();
    this.channels.data.close();
  }

  private hearNursery(event: NurseryEvent): void {
    switch (event.event) {
      case 'ready':
        this.options.listener.nurseryReady(event.engines);
        for (const worker of this.workers.values()) {
          if (worker.pid === null) worker.lastHeardS = monotonicS();
        }
        return;
      case 'forked':
        this.noteForked(event.generation, event.pid);
        return;
      case 'exited':
        this.end(event.generation, 'dead');
        return;
      case 'refused':
        this.options.log.warn(`nursery refused: ${event.message}`);
        if (event.generation !== null) this.end(event.generation, 'dead');
        return;
      default:
        unreachable(event);
    }
  }

  private noteForked(generation: number, pid: number): void {
    const worker = this.workers.get(generation);
    if (worker === undefined) return;
    worker.pid = pid;
    worker.lastHeardS = monotonicS();
  }

  private hear(name: string, frames: readonly Buffer[]): void {
    const worker = this.workers.get(generationOf(name));
    if (worker === undefined || nameOf(worker) !== name) return;
    worker.lastHeardS = monotonicS();
    const decoded = decodeFromWorker(frames);
    if (decoded.ok) this.take(worker, decoded.message);
    else this.countMalformed(worker, decoded.code, decoded.message);
  }

  /** Which request it was for can't be told: all that are open fail now instead of at their deadlines. */
  private countMalformed(worker: Worker, code: string, message: string): void {
    this.malformed += 1;
    this.options.log.warn(`worker ${nameOf(worker)} sent something unreadable: ${message}`, {
      code,
    });
    worker.requests.settleAll({ kind: 'failed', fault: null, code, message });
  }

  private take(worker: Worker, message: FromWorker): void {
    switch (message.type) {
      case 'hello':
        worker.pid = message.pid;
        this.options.listener.hello(worker.generation);
        return;
      case 'heartbeat':
        worker.rssMb = message.rss_mb;
        return;
      case 'phase':
        this.tellPhase(worker, message.phase);
        this.options.listener.phase(worker.generation, message.phase);
        return;
      case 'error':
        this.settleError(worker, message);
        return;
      default:
        worker.requests.settle(message.id, { kind: 'answer', answer: message });
    }
  }

  private tellPhase(worker: Worker, phase: string): void {
    if (NEWS.test(phase)) this.options.log.info(`worker ${nameOf(worker)}: ${phase}`);
  }

  private settleError(worker: Worker, error: Extract<FromWorker, { type: 'error' }>): void {
    const { id, fault, code, message } = error;
    this.options.log.info(`worker ${nameOf(worker)}: ${message}`, { code, fault });
    if (id !== null) worker.requests.settle(id, { kind: 'failed', fault, code, message });
  }

  /** SIGKILL only: a stopped process does not take TERM. */
  private findSilent(): void {
    const nowS = monotonicS();
    const lateS = nowS - this.lastWatchS - WATCH_MS / 1_000;
    this.lastWatchS = nowS;
    for (const worker of [...this.workers.values()]) {
      // When this process itself stood still, the silence was ours.
      if (lateS > 1) worker.lastHeardS = nowS;
      const limitS = worker.pid === null ? FORK_LIMIT_S : SILENCE_LIMIT_S;
      if (this.nursery.isReady && nowS - worker.lastHeardS > limitS) this.endSilent(worker);
    }
  }

  private endSilent(worker: Worker): void {
    this.options.log.warn(`worker ${nameOf(worker)} fell silent`);
    this.nursery.tell({ op: 'kill', generation: worker.generation, signal: 'KILL' });
    if (worker.pid === null) void this.nursery.restart();
    this.end(worker.generation, 'hang');
  }

  private end(generation: number, fault: FaultClass): void {
    const worker = this.workers.get(generation);
    if (worker === undefined) return;
    this.workers.delete(generation);
    worker.requests.settleAll({ kind: 'lost', fault });
    this.options.listener.ended(generation, fault);
  }
}

function nameOf(worker: Worker): string {
  return `${worker.role}.${worker.generation}`;
}

function generationOf(name: string): number {
  return Number(name.split('.')[1] ?? Number.NaN);
}

function unreachable(event: never): never {
  throw new Error(`unknown nursery event ${JSON.stringify(event)}`);
}
