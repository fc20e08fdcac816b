import type { TypedPiece } from '../domain/keys.js';
import { cutPieces } from './cut-pieces.js';
import { CLIPBOARD, type DeliveryOutcome, type Injector, type Sink } from './sink.js';

/**
 * Types by the first injector that works, and hands the rest to the next one when a call fails.
 *
 * What is typed is typed once: a piece goes to another injector only where it is known that nothing of it
 * was typed. When a call was ended in the middle (killed, hung, aborted), its piece is in doubt. It can't
 * be typed again, and what follows it must not be typed without it. So the delivery ends there: a person
 * sees in the window what has arrived, and finds the whole text pending. Pieces are short (`cutPieces`),
 * so that no more than a few words are in doubt.
 */
export class ChainSink implements Sink {
  readonly name: string;
  readonly #injectors: readonly Injector[];

  constructor(name: string, injectors: readonly Injector[]) {
    this.name = name;
    this.#injectors = injectors;
  }

  async deliver(
    pieces: readonly TypedPiece[],
    onProgress: (piecesDone: number) => void,
    signal: AbortSignal,
  ): Promise<DeliveryOutcome> {
    const delivery = new Delivery(cutPieces(pieces), onProgress, signal);
    const messages: string[] = [];
    for (const injector of this.#injectors) {
      const end = await delivery.continueWith(injector);
      if (end.kind === 'finished') return { kind: 'delivered', by: injector.name };
      messages.push(end.message);
      if (end.kind === 'in_doubt' || signal.aborted) {
        return delivery.failed(messages.join('; '), end.kind === 'in_doubt');
      }
    }
    return delivery.failed(messages.join('; '), false);
  }

  async close(): Promise<void> {
    await Promise.all(this.#injectors.map((injector) => injector.close?.()));
  }
}

type End =
  | { readonly kind: 'finished' }
  | { readonly kind: 'next' | 'in_doubt'; readonly message: string };

/** One delivery on its way through the injectors. */
class Delivery {
  readonly #pieces: readonly TypedPiece[];
  readonly #onProgress: (piecesDone: number) => void;
  readonly #signal: AbortSignal;
  #done = 0;

  constructor(
    pieces: readonly TypedPiece[],
    onProgress: (piecesDone: number) => void,
    signal: AbortSignal,
  ) {
    this.#pieces = pieces;
    this.#onProgress = onProgress;
    this.#signal = signal;
  }

  async continueWith(injector: Injector): Promise<End> {
    const obstacle = await injector.obstacle();
    if (obstacle !== null) return { kind: 'next', message: obstacle };
    while (this.#done < this.#pieces.length) {
      if (this.#signal.aborted) return { kind: 'next', message: 'typing was stopped' };
      const rest = this.#pieces.slice(this.#done);
      const { pieces, attempt } = await injector.type(rest, this.#signal);
      if (attempt.kind === 'unknown') return { kind: 'in_doubt', message: attempt.message };
      if (attempt.kind === 'not_typed') return { kind: 'next', message: attempt.message };
      this.#done += pieces;
      // What is in the clipboard has arrived nowhere yet.
      if (injector.name !== CLIPBOARD) this.#onProgress(this.#done);
    }
    return { kind: 'finished' };
  }

  failed(message: string, uncertain: boolean): DeliveryOutcome {
    return { kind: 'failed', piecesDone: this.#done, uncertain, message };
  }
}
