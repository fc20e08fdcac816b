import { randomInt } from 'node:crypto';
import type { FaultClass } from '../domain/fault.js';
import type { ToWorkerBody, WorkerAnswer } from '../protocol/worker/worker.js';

/** How a request to a worker ended. `lost`: the process ended, or fell silent, before it answered. */
export type Reply =
  | { readonly kind: 'answer'; readonly answer: WorkerAnswer }
  | {
      readonly kind: 'failed';
      readonly fault: FaultClass | null;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: 'lost'; readonly fault: FaultClass };

export type ChannelName = 'ctl' | 'data';
type RequestType = ToWorkerBody['type'];

interface OpenRequest {
  readonly channel: ChannelName;
  readonly type: RequestType;
  readonly resolve: (reply: Reply) => void;
}

/** The last first number that is given out: all that follow fit 32 bits, even a request every 10 ms for 200 days. */
const LARGEST_START = 2 ** 31;

/**
 * The open requests of one worker generation. Each is settled exactly once. Its numbers begin at random, so that those of
 * another run, or of another worker, are numbers that nobody has asked under.
 */
export class Requests {
  private readonly open = new Map<number, OpenRequest>();
  /** Settled without an answer of the worker, which may still come and is nobody's then. */
  private readonly abandoned = new Set<number>();
  private lastId = randomInt(LARGEST_START);

  /** A new request id and the reply that will come for it. Never rejects. */
  begin(
    channel: ChannelName,
    type: RequestType,
  ): { readonly id: number; readonly reply: Promise<Reply> } {
    this.lastId += 1;
    const id = this.lastId;
    const reply = new Promise<Reply>((resolve) => {
      this.open.set(id, { channel, type, resolve });
    });
    return { id, reply };
  }

  /**
   * An answer came. A worker serves each channel in order, so it can only be for the oldest request there, and of the kind
   * that this one promises. `foreign`: it is not, so that nothing the worker says can be told from something else.
   */
  answer(channel: ChannelName, id: number | null, reply: Reply): 'settled' | 'late' | 'foreign' {
    if (id !== null && this.abandoned.delete(id)) return 'late';
    const oldest = this.oldestOn(channel);
    if (oldest === null || (id !== null && id !== oldest.id)) return 'foreign';
    if (reply.kind === 'answer' && reply.answer.type !== ANSWER_TYPE[oldest.type]) return 'foreign';
    this.open.delete(oldest.id);
    oldest.resolve(reply);
    return 'settled';
  }

  /** Whether the worker has something in hand that takes long and would be lost with it. */
  get isTranscribing(): boolean {
    return [...this.open.values()].some(({ type }) => type === 'transcribe');
  }

  has(id: number): boolean {
    return this.open.has(id);
  }

  /** Settles a request that the worker did not answer. */
  abandon(id: number, reply: Reply): void {
    const request = this.open.get(id);
    if (request === undefined) return;
    this.open.delete(id);
    this.abandoned.add(id);
    request.resolve(reply);
  }

  abandonAll(reply: Reply): void {
    for (const id of [...this.open.keys()]) this.abandon(id, reply);
  }

  get count(): number {
    return this.open.size;
  }

  private oldestOn(channel: ChannelName) {
    for (const [id, request] of this.open)
      if (request.channel === channel) return { id, ...request };
    return null;
  }
}

const ANSWER_TYPE: Readonly<Record<RequestType, WorkerAnswer['type']>> = {
  load: 'done',
  place: 'done',
  drop: 'done',
  empty_cache: 'done',
  memory: 'done',
  probe: 'done',
  spoken_form: 'done',
  sim: 'done',
  transcribe: 'text',
  score: 'scores',
};

/** Errors that no new attempt can mend: a model that is not there, a package that is not installed. */
const CONFIGURATION_CODES: ReadonlySet<string> = new Set([
  'model_unavailable',
  'not_installed',
  'unknown_engine',
  'unknown_language',
]);

/** The fault that a reply stands for; an error without a class counts as the process's own failure. */
export function faultOf(reply: Reply): FaultClass | null {
  switch (reply.kind) {
    case 'answer':
      return null;
    case 'failed':
      return reply.fault ?? (CONFIGURATION_CODES.has(reply.code) ? 'config' : 'dead');
    case 'lost':
      return reply.fault;
    default:
      return reply;
  }
}
