import { BYTES_PER_SAMPLE } from '../../domain/units.js';

const CUT_OFF = 32_700;
const LOUD = 8_192;
/** Loud samples before a share of them says anything: a second of a loud voice. */
const FEWEST = 4_000;
/** In recordings that are as loud as they can be it is below 0.01; at ten times too much gain it is 0.5. */
const OVERDRIVEN = 0.1;

/** Whether sound was cut off at full scale before it came here, which no level makes good again. */
export class OverdriveWatch {
  private loud = 0;
  private cutOff = 0;

  hear(pcm: Buffer): void {
    for (let at = 0; at + 1 < pcm.length; at += BYTES_PER_SAMPLE) {
      const size = Math.abs(pcm.readInt16LE(at));
      if (size >= LOUD) this.loud += 1;
      if (size >= CUT_OFF) this.cutOff += 1;
    }
  }

  get isOverdriven(): boolean {
    return this.loud >= FEWEST && this.cutOff > OVERDRIVEN * this.loud;
  }
}
