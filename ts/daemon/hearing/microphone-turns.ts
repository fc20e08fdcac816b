import type { Take } from './take.js';

export interface MicrophoneTurnsPorts {
  /** The recording program must run, or may rest; off resolves when all that was heard is handed over. */
  listen(on: boolean): Promise<void>;
  post(task: () => void): void;
  /** Sound of this take. */
  heard(take: Take, pcm: Buffer): void;
  /** No more sound of this take comes. */
  ended(take: Take): void;
  failed(error: unknown): void;
}

/**
 * Which take the sound belongs to. Starts and stops of the microphone never overlap, however fast the key is
 * pressed, and the last sound before a stop still belongs to its take.
 */
export class MicrophoneTurns {
  private hearing: Take | null = null;
  private turn: Promise<void> = Promise.resolve();

  constructor(private readonly ports: MicrophoneTurnsPorts) {}

  listenFor(take: Take): void {
    this.inTurn(async () => {
      this.hearing = take;
      await this.ports.listen(true);
    });
  }

  /** Returns the session of the take, null for none. */
  stopFor(take: Take | null): number | null {
    if (take === null) return null;
    this.inTurn(async () => {
      await this.ports.listen(false);
      this.ports.post(() => {
        if (this.hearing === take) this.hearing = null;
        this.ports.ended(take);
      });
    });
    return take.session;
  }

  hear(pcm: Buffer): void {
    if (this.hearing !== null) this.ports.heard(this.hearing, pcm);
  }

  private inTurn(work: () => Promise<void>): void {
    this.turn = this.turn.then(work).catch((error: unknown) => this.ports.failed(error));
  }
}
