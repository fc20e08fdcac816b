import type { FaultClass } from '../domain/fault.js';
import type { WorkerAnswer } from '../protocol/worker/worker.js';

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

/** The open requests of one worker generation. Each is settled exactly once; late answers are nobody's. */
export class Requests {
  private readonly open = new Map<number, (reply: Reply) => void>();
  private lastId = 0;

  /** A new request id and the reply that will come for it. Never rejects. */
  begin(): { readonly id: number; readonly reply: Promise<Reply> } {
    this.lastId += 1;
    const id = this.lastId;
    const reply = new Promise<Reply>((resolve) => this.open.set(id, resolve));
    return { id, reply };
  }

  /** Returns false for an answer that nobody waits for. */
  settle(id: number, reply: Reply): boolean {
    const resolve = this.open.get(id);
    if (resolve === undefined) return false;
    this.open.delete(id);
    resolve(reply);
    return true;
  }

  settleAll(reply: Reply): void {
    for (const id of [...this.open.keys()]) this.settle(id, reply);
  }

  get count(): number {
    return this.open.size;
  }
}

/** Errors that no new attempt can mend: a model that is not there, a package that is not installed. */
const CONFIGURATION_CODES: ReadonlySet<string> = new Set([
  'model_unavailable',
  'not_installed',
  'unknown_engine',
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
