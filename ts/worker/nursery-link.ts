import type { Problem } from '../domain/problem.js';
import type { NurseryCommand, NurseryEvent } from '../protocol/worker/nursery.js';
import type { Exit } from '../system/process/process.js';
import { type Nursery, type NurseryOptions, nurseryProblem, startNursery } from './nursery.js';

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 30_000;

type ForkCommand = Extract<NurseryCommand, { op: 'fork' }>;

export interface NurseryLinkOptions {
  readonly nursery: Omit<NurseryOptions, 'onEvent' | 'onEnded'>;
  onEvent(event: NurseryEvent): void;
  /** The fork server is gone, and every worker with it. It is started again with growing delay. */
  onLost(problem: Problem): void;
}

/** The fork server, started again whenever it ends. Orders to fork that come while there is none wait for the next. */
export class NurseryLink {
  private nursery: Nursery | null = null;
  private readonly waiting: ForkCommand[] = [];
  private ready = false;
  private closed = false;
  private failures = 0;
  private refusal: string | null = null;

  constructor(private readonly options: NurseryLinkOptions) {
    this.start();
  }

  /** Its libraries are there. */
  get isReady(): boolean {
    return this.ready;
  }

  get pid(): number | null {
    return this.nursery?.pid ?? null;
  }

  /** Takes orders also while it imports: each role is forked as soon as its libraries are there. */
  tell(command: NurseryCommand): void {
    if (this.nursery !== null) this.nursery.tell(command);
    else if (command.op === 'fork') this.waiting.push(command);
  }

  /** Takes an order to fork back that has not been given yet; false where it has. */
  takeBack(generation: number): boolean {
    const at = this.waiting.findIndex((each) => each.generation === generation);
    if (at === -1) return false;
    this.waiting.splice(at, 1);
    return true;
  }

  /** It does not do what it is told: the next one is started in its place. */
  async restart(): Promise<void> {
    await this.nursery?.close();
  }

  async close(): Promise<void> {
    this.closed = true;
    await this.nursery?.close();
  }

  private start(): void {
    this.refusal = null;
    this.nursery = startNursery({
      ...this.options.nursery,
      onEvent: (event) => this.hear(event),
      onEnded: (exit) => this.ended(exit),
    });
    for (const command of this.waiting.splice(0)) this.nursery.tell(command);
  }

  private hear(event: NurseryEvent): void {
    if (event.event === 'refused') this.refusal = event.message;
    if (event.event === 'ready') {
      this.ready = true;
      this.failures = 0;
    }
    this.options.onEvent(event);
  }

  private ended(exit: Exit): void {
    this.ready = false;
    this.nursery = null;
    if (this.closed) return;
    this.waiting.length = 0;
    this.options.onLost(nurseryProblem(exit, this.refusal));
    const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 4 ** this.failures);
    this.failures += 1;
    setTimeout(() => {
      if (!this.closed && this.nursery === null) this.start();
    }, waitMs).unref();
  }
}
