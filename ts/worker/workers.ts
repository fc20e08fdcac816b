import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { FaultClass } from '../domain/fault.js';
import type { ForkOptions, ForkRole, NurseryEvent } from '../protocol/worker/nursery.js';
import {
  decodeFromWorker,
  encodeHeader,
  type FromWorker,
  type ToWorkerBody,
} from '../protocol/worker/worker.js';
import { bootId, monotonicS } from '../system/clock.js';
import type { Log } from '../system/log.js';
import { readStat } from '../system/process/process-stat.js';
import { type Channel, openChannel } from './channel.js';
import { NurseryLink } from './nursery-link.js';
import { generationOf, nameOf, type PoolWorker, signalDirectly } from './pool-worker.js';
import { type ChannelName, type Reply, Requests } from './requests.js';
import type { PythonOptions } from './start-python.js';
import { Watch } from './watch.js';
import type { WorkerFigures, WorkerListener } from './worker-facts.js';

export type { WorkerFigures, WorkerListener } from './worker-facts.js';

/** Has an eye on the file of a socket, and calls `renew` where it was removed. */
export type KeepSocket = (path: string, renew: () => Promise<void>) => void;

export interface WorkersOptions extends PythonOptions {
  readonly importCanary: boolean;
  /** Private folder (0700) of this run for the sockets. */
  readonly socketDir: string;
  readonly keepSocket?: KeepSocket;
  readonly log: Log;
  readonly listener: WorkerListener;
}

/** Phases that a person waits for or wants to know: an archive with its size and checksum, a new cache. */
const NEWS = /^(converting|replacing|reading .* sha256 )/;
const RUN_BYTES = 6;
/** A transcription that takes longer is a reason to look at its process. */
const FIRST_LOOK_MS = 1_000;

/** The Python side as the daemon sees it: fork, ask, kill. Owns the fork servers and both channels. */
export class Workers {
  private readonly workers = new Map<number, PoolWorker>();
  private readonly nursery: NurseryLink;
  private readonly watch: Watch;
  /** Part of every identity, so that no process of another run is ever taken for one of ours. */
  private readonly run = randomBytes(RUN_BYTES).toString('hex');
  private readonly bootId = bootId();
  private malformed = 0;

  private constructor(
    private readonly options: WorkersOptions,
    private readonly channels: Readonly<Record<ChannelName, Channel>>,
  ) {
    const { python, pythonPath, importCanary, env, log, listener } = options;
    this.nursery = new NurseryLink({
      // NeMo makes a temporary folder for each request: it belongs to this run.
      nursery: {
        python,
        pythonPath,
        importCanary,
        log,
        env: { ...env, TMPDIR: options.socketDir },
      },
      onEvent: (event, server) => this.hearNursery(event, server),
      onLost: (server, problem) => {
        for (const worker of this.all()) if (worker.server === server) this.end(worker, 'dead');
        if (problem !== null) listener.nurseryFailed(problem);
      },
    });
    this.watch = new Watch({
      nursery: this.nursery,
      workers: () => this.all(),
      log,
      ended: (worker, fault) => this.endSilent(worker, fault),
      replaceNursery: () => this.replaceNursery(),
    });
  }

  /** Binds the channels and starts the fork server. */
  static async start(options: WorkersOptions): Promise<Workers> {
    type Hear = (channel: ChannelName, name: string, frames: readonly Buffer[]) => void;
    const handlers: { hear: Hear } = { hear: () => {} };
    const open = (channel: ChannelName) =>
      openChannel(join(options.socketDir, channel), (name, frames) =>
        handlers.hear(channel, name, frames),
      );
    const channels = { ctl: await open('ctl'), data: await open('data') };
    for (const name of ['ctl', 'data'] as const) {
      options.keepSocket?.(join(options.socketDir, name), () => channels[name].renew());
    }
    const workers = new Workers(options, channels);
    handlers.hear = (channel, name, frames) => workers.hear(channel, name, frames);
    return workers;
  }

  /** Asks for a new worker process; `hello` or `ended` follows. */
  fork(role: ForkRole, generation: number, options: Partial<ForkOptions>): void {
    const worker: PoolWorker = {
      ...{ role, generation, options, requests: new Requests() },
      ...{ server: 0, name: '', pid: null, startTicks: 0, rssMb: null },
      lastHeardS: monotonicS(),
    };
    this.workers.set(generation, worker);
    this.order(worker);
  }

  /** Sends a request to a worker. Never rejects; an unknown or ended generation is `lost`. */
  async request(
    generation: number,
    channel: ChannelName,
    body: ToWorkerBody,
    audio: Buffer | null = null,
  ): Promise<Reply> {
    const worker = this.workers.get(generation);
    if (worker === undefined) return { kind: 'lost', fault: 'dead' };
    const { id, reply } = worker.requests.begin(channel, body.type);
    if (body.type === 'transcribe') this.watch.lookWithin(FIRST_LOOK_MS);
    const header = encodeHeader({ ...body, id });
    const frames = audio === null ? [header] : [header, audio];
    const sent = await this.channels[channel].send(worker.name, frames);
    if (!sent) worker.requests.abandon(id, { kind: 'lost', fault: 'hang' });
    return reply;
  }

  /** Ends a worker; its open requests are lost at once, `ended` follows when it is reaped. */
  kill(generation: number, signal: 'TERM' | 'KILL'): void {
    const worker = this.workers.get(generation);
    if (worker === undefined) return;
    if (this.nursery.takeBack(generation)) {
      this.end(worker, 'dead');
      return;
    }
    worker.requests.abandonAll({ kind: 'lost', fault: 'dead' });
    this.signal(worker, signal);
  }

  figures(): readonly WorkerFigures[] {
    return this.all().map(({ role, generation, pid, rssMb }) => ({ role, generation, pid, rssMb }));
  }

  get nurseryPid(): number | null {
    return this.nursery.pid;
  }

  /** Malformed messages so far; each harmed nothing. */
  get malformedMessages(): number {
    return this.malformed;
  }

  async close(): Promise<void> {
    this.watch.close();
    await this.nursery.close();
    this.channels.ctl.close();
    this.channels.data.close();
  }

  private all(): readonly PoolWorker[] {
    return [...this.workers.values()];
  }

  /** Gives the order to the fork server that is in use, or to the next one. */
  private order(worker: PoolWorker): void {
    const { role, generation, options } = worker;
    const run = `${this.run}-${this.nursery.number}`;
    worker.server = this.nursery.number;
    worker.name = nameOf(role, generation, run);
    const { ctl, data } = this.channels;
    const ends = { ctl: ctl.endpoint, data: data.endpoint };
    this.nursery.tell({ op: 'fork', role, generation, ...ends, run, options });
  }

  /** The fork server is no use. What it has not forked, the next one does; what it forked goes on while that starts. */
  private replaceNursery(): void {
    const retired = this.nursery.number;
    this.nursery.replace();
    for (const worker of this.all()) {
      if (worker.server !== retired || worker.pid !== null) continue;
      worker.lastHeardS = monotonicS();
      this.order(worker);
    }
  }

  private signal(worker: PoolWorker, signal: 'TERM' | 'KILL'): void {
    const isRetired = worker.server !== this.nursery.number;
    if (isRetired) signalDirectly(worker, this.bootId, `SIG${signal}`);
    else this.nursery.tell({ op: 'kill', generation: worker.generation, signal });
  }

  private hearNursery(event: NurseryEvent, server: number): void {
    switch (event.event) {
      case 'ready':
        this.options.listener.nurseryReady(event.engines);
        for (const worker of this.all()) {
          if (worker.pid === null) worker.lastHeardS = monotonicS();
        }
        return;
      case 'forked':
        this.noteForked(this.ofServer(event.generation, server), event.pid);
        return;
      case 'exited':
        this.end(this.ofServer(event.generation, server), 'dead');
        return;
      case 'stopped':
        this.watch.lookWithin(0);
        return;
      case 'pong':
        this.watch.answered();
        return;
      case 'refused':
        this.options.log.warn(`nursery refused: ${event.message}`);
        if (event.generation !== null) this.end(this.ofServer(event.generation, server), 'dead');
        return;
      default:
        unreachable(event);
    }
  }

  /** The worker that this fork server speaks of: a retired one knows nothing of those that were handed on. */
  private ofServer(generation: number, server: number): PoolWorker | undefined {
    const worker = this.workers.get(generation);
    return worker?.server === server ? worker : undefined;
  }

  private noteForked(worker: PoolWorker | undefined, pid: number): void {
    if (worker === undefined) return;
    worker.pid = pid;
    worker.startTicks = readStat(pid)?.startTicks ?? 0;
    worker.lastHeardS = monotonicS();
  }

  private hear(channel: ChannelName, name: string, frames: readonly Buffer[]): void {
    const worker = this.workers.get(generationOf(name));
    if (worker === undefined || worker.name !== name) return;
    worker.lastHeardS = monotonicS();
    const decoded = decodeFromWorker(frames);
    if (decoded.ok) this.take(worker, channel, decoded.message);
    else this.countMalformed(worker, decoded.code, decoded.message);
  }

  /** Which request it was for can't be told: all that are open fail now instead of at their deadlines. */
  private countMalformed(worker: PoolWorker, code: string, message: string): void {
    this.malformed += 1;
    this.options.log.warn(`worker ${worker.name} sent something unreadable: ${message}`, { code });
    worker.requests.abandonAll({ kind: 'failed', fault: null, code, message });
  }

  private take(worker: PoolWorker, channel: ChannelName, message: FromWorker): void {
    const { listener } = this.options;
    switch (message.type) {
      case 'hello':
        listener.hello(worker.generation);
        return;
      case 'heartbeat':
        worker.rssMb = message.rss_mb;
        return;
      case 'phase':
        if (!worker.requests.has(message.id)) return;
        this.tellPhase(worker, message.phase);
        listener.phase(worker.generation, message.phase);
        return;
      case 'error': {
        const { id, fault, code, message: text } = message;
        this.options.log.info(`worker ${worker.name}: ${text}`, { code, fault });
        this.settle(worker, channel, id, { kind: 'failed', fault, code, message: text });
        return;
      }
      default:
        this.settle(worker, channel, message.id, { kind: 'answer', answer: message });
    }
  }

  private settle(worker: PoolWorker, channel: ChannelName, id: number | null, reply: Reply): void {
    if (worker.requests.answer(channel, id, reply) !== 'foreign') return;
    this.countMalformed(worker, 'foreign_answer', `an answer to a request that is not its turn`);
  }

  private tellPhase(worker: PoolWorker, phase: string): void {
    if (NEWS.test(phase)) this.options.log.info(`worker ${worker.name}: ${phase}`);
  }

  /** SIGKILL only: a stopped process does not take TERM. */
  private endSilent(worker: PoolWorker, fault: FaultClass): void {
    this.signal(worker, 'KILL');
    this.end(worker, fault);
  }

  private end(worker: PoolWorker | undefined, fault: FaultClass): void {
    if (worker === undefined || !this.workers.delete(worker.generation)) return;
    worker.requests.abandonAll({ kind: 'lost', fault });
    this.options.listener.ended(worker.generation, fault);
  }
}

function unreachable(event: never): never {
  throw new Error(`unknown nursery event ${JSON.stringify(event)}`);
}
