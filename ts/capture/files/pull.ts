import type { Readable } from 'node:stream';

/** Takes a stream piece by piece; what is not taken holds its writer back. */
export class Pull {
  readonly #stream: Readable;
  #wake: () => void = () => {};

  /**
   * Listens from the start on: when a program ends, Node throws away what its output still holds unless
   * somebody listens for `readable`.
   */
  constructor(stream: Readable) {
    this.#stream = stream;
    for (const event of ['readable', 'end', 'close']) stream.on(event, () => this.#wake());
  }

  /** The next bytes, null at the end. */
  async next(): Promise<Buffer | null> {
    for (;;) {
      const bytes: unknown = this.#stream.read();
      if (Buffer.isBuffer(bytes)) return bytes;
      if (this.#stream.readableEnded || this.#stream.destroyed) return null;
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }
}
