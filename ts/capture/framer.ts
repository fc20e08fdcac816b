import { BYTES_PER_SAMPLE, FRAME_SAMPLES } from '../domain/units.js';

export const FRAME_BYTES = FRAME_SAMPLES * BYTES_PER_SAMPLE;

/** Cuts a stream of bytes into whole frames. */
export class Framer {
  #rest = Buffer.alloc(0);

  /** All whole frames that there are now, as one buffer, maybe empty. */
  push(bytes: Buffer): Buffer {
    const all = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    const whole = all.length - (all.length % FRAME_BYTES);
    this.#rest = Buffer.from(all.subarray(whole));
    return all.subarray(0, whole);
  }

  /** The stream was torn: half a sample goes, or every later sample would be shifted by one byte. */
  dropHalfSample(): void {
    this.#rest = this.#rest.subarray(0, this.#rest.length - (this.#rest.length % BYTES_PER_SAMPLE));
  }

  /** What is left at the end, less than a frame, whole samples. */
  flush(): Buffer {
    this.dropHalfSample();
    const rest = this.#rest;
    this.#rest = Buffer.alloc(0);
    return rest;
  }
}
