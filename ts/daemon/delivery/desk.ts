import type { TypedPiece } from '../../domain/keys.js';
import type { DeliveryOutcome } from '../../inject/sink.js';
import type { SinkPort } from '../ports.js';

/** Something that is to be typed. Its text may still be missing; nothing behind it overtakes it. */
export interface Errand {
  /** Null while the text is not there yet. Empty: there is nothing to type. */
  pieces(): readonly TypedPiece[] | null;
  /** Writes down that typing begins; the first key comes after it resolves. */
  begin(): Promise<void>;
  progressed(piecesDone: number): void;
  finished(outcome: DeliveryOutcome): void;
}

export interface DeskEffects {
  readonly sink: SinkPort;
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void;
}

/** Delivers errands strictly one after another, in the order in which they were handed in. */
export class Desk {
  private readonly errands: Errand[] = [];
  private current: { readonly abort: AbortController } | null = null;
  private closed = false;

  constructor(private readonly effects: DeskEffects) {}

  /** Takes an errand to the end of the queue. */
  add(errand: Errand): void {
    this.errands.push(errand);
    this.advance();
  }

  /** Takes one out that is not being typed yet; false when it is too late. */
  remove(errand: Errand): boolean {
    const at = this.errands.indexOf(errand);
    if (at === -1 || (at === 0 && this.current !== null)) return false;
    this.errands.splice(at, 1);
    this.advance();
    return true;
  }

  /** Starts the next delivery where one is due. Call it whenever a text has arrived. */
  advance(): void {
    while (this.current === null && !this.closed) {
      const errand = this.errands[0];
      const pieces = errand?.pieces() ?? null;
      if (errand === undefined || pieces === null) return;
      if (pieces.length > 0) {
        this.deliver(errand, pieces);
        return;
      }
      this.errands.shift();
      errand.finished({ kind: 'delivered', by: 'nothing' });
    }
  }

  /** Begins nothing new; what is being typed may finish. */
  close(): void {
    this.closed = true;
  }

  get length(): number {
    return this.errands.length;
  }

  get isTyping(): boolean {
    return this.current !== null;
  }

  /** Stops the injector in the middle; what is left is reported as not delivered. */
  abort(): void {
    this.current?.abort.abort();
  }

  private deliver(errand: Errand, pieces: readonly TypedPiece[]): void {
    const abort = new AbortController();
    this.current = { abort };
    const work = errand
      .begin()
      .then(() =>
        this.effects.sink.deliver(pieces, (done) => errand.progressed(done), abort.signal),
      )
      .catch(failedUnexpectedly);
    this.effects.whenDone(work, (outcome) => {
      this.current = null;
      this.errands.shift();
      errand.finished(outcome);
      this.advance();
    });
  }
}

function failedUnexpectedly(error: unknown): DeliveryOutcome {
  const message = error instanceof Error ? error.message : 'unknown failure';
  return { kind: 'failed', piecesDone: 0, uncertain: true, message };
}
