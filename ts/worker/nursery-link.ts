import type { Problem } from '../domain/problem.js';
import type { NurseryCommand, NurseryEvent } from '../protocol/worker/nursery.js';
import { monotonicS } from '../system/clock.js';
import type { Exit } from '../system/process/process.js';
import { type Nursery, type NurseryOptions, nurseryProblem, startNursery } from './nursery.js';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 30_000;

type ForkCommand = Extract<NurseryCommand, { op: 'fork' }>;

export interface NurseryLinkOptions {
  readonly nursery: Omit<NurseryOptions, 'onEvent' | 'onEnded'>;
  /** What a fork server says; `server` is its number. */
  onEvent(event: NurseryEvent, server: number): void;
  /**
   * A fork server is gone, and every worker that it forked with it. `problem`: why, where it was the one in use, which is then
   * started again with growing delay; null for one that was retired.
   */
  onLost(server: number, problem: Problem | null): void;
}

/** A fork server that runs, or stands still. */
interface Server {
  readonly number: number;
  readonly nursery: Nursery;
  /** Its libraries are there: from here on it answers at once. */
  ready: boolean;
  refusal: string | null;
  heardS: number;
  /** Since when a question waits for its answer. */
  askedS: number | null;
}

/**
 * The fork server, started again whenever it ends. Orders to fork that come while there is none wait for the next. One that
 * stands still is retired: the next one is started at once, while the workers of the old one that live go on.
 */
export class NurseryLink {
  private server: Server | null = null;
  private old: Server | null = null;
  private readonly waiting: ForkCommand[] = [];
  private started = 0;
  private closed = false;
  private failures = 0;

  constructor(private readonly options: NurseryLinkOptions) {
    this.start();
  }

  /** Its libraries are there. */
  get isReady(): boolean {
    return this.server?.ready ?? false;
  }

  get pid(): number | null {
    return this.server?.nursery.pid ?? null;
  }

  /** The number of the fork server that gets the next order. */
  get number(): number {
    return this.server?.number ?? this.started + 1;
  }

  /** The retired one that stands still, with its process; null for none. */
  get retired(): { readonly number: number; readonly pid: number | null } | null {
    if (this.old === null) return null;
    return { number: this.old.number, pid: this.old.nursery.pid ?? null };
  }

  /** How long a question that was asked has been waiting for an answer, or for any other sign of life, in seconds. */
  get silentS(): number {
    const { server } = this;
    if (server === null || !server.ready || server.askedS === null) return 0;
    return monotonicS() - Math.max(server.askedS, server.heardS);
  }

  /** Asks whether it still answers, unless it was heard within `quietS` or is being asked already: false then. */
  ask(quietS: number): boolean {
    const { server } = this;
    if (server === null || !server.ready || server.askedS !== null) return false;
    if (monotonicS() - server.heardS < quietS) return false;
    server.askedS = monotonicS();
    server.nursery.tell({ op: 'ping' });
    return true;
  }

  /** Takes orders also while it imports: each role is forked as soon as its libraries are there. */
  tell(command: NurseryCommand): void {
    if (this.server !== null) this.server.nursery.tell(command);
    else if (command.op === 'fork') this.waiting.push(command);
  }

  /** Takes an order to fork back that has not been given yet; false where it has. */
  takeBack(generation: number): boolean {
    const at = this.waiting.findIndex((each) => each.generation === generation);
    if (at === -1) return false;
    this.waiting.splice(at, 1);
    return true;
  }

  /** It stands still, or does not do what it is told: another one takes its place, and it is kept until `endRetired`. */
  replace(): void {
    this.endRetired();
    this.old = this.server;
    this.server = null;
    this.start();
  }

  /** Ends the one that stands still, with all that it forked. */
  endRetired(): void {
    this.old?.nursery.kill();
  }

  async close(): Promise<void> {
    this.closed = true;
    this.old?.nursery.kill();
    await this.server?.nursery.close();
  }

  private start(): void {
    this.started += 1;
    const number = this.started;
    const nursery = startNursery({
      ...this.options.nursery,
      onEvent: (event) => this.hear(server, event),
      onEnded: (exit) => this.ended(server, exit),
    });
    const server: Server = {
      ...{ number, nursery, ready: false, refusal: null },
      ...{ heardS: monotonicS(), askedS: null },
    };
    this.server = server;
    for (const command of this.waiting.splice(0)) nursery.tell(command);
  }

  private hear(server: Server, event: NurseryEvent): void {
    server.heardS = monotonicS();
    server.askedS = null;
    if (event.event === 'refused') server.refusal = event.message;
    if (event.event === 'ready') {
      server.ready = true;
      this.failures = 0;
    }
    this.options.onEvent(event, server.number);
  }

  private ended(server: Server, exit: Exit): void {
    if (server === this.old) this.old = null;
    if (server !== this.server) {
      if (!this.closed) this.options.onLost(server.number, null);
      return;
    }
    this.server = null;
    if (this.closed) return;
    this.waiting.length = 0;
    this.options.onLost(server.number, nurseryProblem(exit, server.refusal));
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 4 ** this.failures);
    this.failures += 1;
    setTimeout(() => {
      if (!this.closed && this.server === null) this.start();
    }, waitMs).unref();
  }
}
