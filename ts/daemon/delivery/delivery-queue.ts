import type { TypedPiece } from '../../domain/keys.js';
import type { DeliveryOutcome } from '../../inject/sink.js';
import type { SinkPort, Withheld } from '../ports.js';

/** Something that is to be typed. Its text may still be missing; nothing behind it overtakes it. */
export interface Delivery {
  /** Null while the text is not there yet. Empty: there is nothing to type. */
  pieces(): readonly TypedPiece[] | null;
  /**
   * Writes down that typing begins; the first key comes after it resolves. Not null: nothing is to be typed, and the text is kept;
   * `nothing`: there is no text to keep.
   */
  begin(): Promise<Withheld | 'nothing' | null>;
  /** Asked behind `begin`: whether it may be typed after all. Left out: it may. */
  check?(): Promise<boolean>;
  progressed(piecesDone: number): void;
  finished(outcome: Outcome): void;
}

/** A text that is withheld was not tried. */
export type Outcome = DeliveryOutcome | ({ readonly kind: 'withheld' } & Withheld);

export interface DeliveryQueueEffects {
  readonly sink: SinkPort;
  whenDone<T>(work: Promise<T>, then: (value: T) => void): void;
}

/** Types deliveries strictly one after another, in the order in which they were handed in. */
export class DeliveryQueue {
  private readonly deliveries: Delivery[] = [];
  private current: { readonly abort: AbortController } | null = null;
  private closed = false;

  constructor(private readonly effects: DeliveryQueueEffects) {}

  /** Takes a delivery to the end of the queue. */
  add(delivery: Delivery): void {
    this.deliveries.push(delivery);
    this.advance();
  }

  /** Takes one out that is not being typed yet; false when it is too late. */
  remove(delivery: Delivery): boolean {
    const at = this.deliveries.indexOf(delivery);
    if (at === -1 || (at === 0 && this.current !== null)) return false;
    this.deliveries.splice(at, 1);
    this.advance();
    return true;
  }

  /** Starts the next delivery where one is due. Call it whenever a text has arrived. */
  advance(): void {
    while (this.current === null && !this.closed) {
      const delivery = this.deliveries[0];
      const pieces = delivery?.pieces() ?? null;
      if (delivery === undefined || pieces === null) return;
      if (pieces.length > 0) {
        this.deliver(delivery, pieces);
        return;
      }
      this.deliveries.shift();
      delivery.finished(NOTHING);
    }
  }

  /** Begins nothing new; what is being typed may finish. */
  close(): void {
    this.closed = true;
  }

  get length(): number {
    return this.deliveries.length;
  }

  get isTyping(): boolean {
    return this.current !== null;
  }

  /** Stops the injector in the middle; what is left is reported as not delivered. */
  abort(): void {
    this.current?.abort.abort();
  }

  private deliver(delivery: Delivery, pieces: readonly TypedPiece[]): void {
    const abort = new AbortController();
    this.current = { abort };
    const type = () =>
      this.effects.sink.deliver(pieces, (done) => delivery.progressed(done), abort.signal);
    const work = lookBefore(delivery).then(
      (early) => early ?? type().catch((error: unknown) => failed(error, true)),
      // No key was pressed yet.
      (error: unknown) => failed(error, false),
    );
    this.effects.whenDone(work, (outcome) => {
      this.current = null;
      this.deliveries.shift();
      delivery.finished(outcome);
      this.advance();
    });
  }
}

const NOTHING: DeliveryOutcome = { kind: 'delivered', by: 'nothing' };

/** Null where it is to be typed. */
async function lookBefore(delivery: Delivery): Promise<Outcome | null> {
  const withheld = await delivery.begin();
  if (withheld === 'nothing') return NOTHING;
  if (withheld !== null) return { kind: 'withheld', ...withheld };
  return (await delivery.check?.()) === false ? NOTHING : null;
}

function failed(error: unknown, uncertain: boolean): DeliveryOutcome {
  const message = error instanceof Error ? error.message : 'unknown failure';
  return { kind: 'failed', piecesDone: 0, uncertain, message };
}
