import { SAMPLE_RATE_HZ } from '../../domain/units.js';
import { framesOf, fromDb, measure } from './loudness.js';

/** A quiet room's noise through any open microphone is louder than this. */
const SILENT = fromDb(-80);
/** It takes some time to ask the desktop why; people are told within 3 s. */
const PATIENCE_SAMPLES = 2.2 * SAMPLE_RATE_HZ;

/** What was found out about a take: whether anything comes through the microphone. */
export type SoundFinding = 'nothing_heard' | 'heard_again';

/** Whether there is any sound in a take. */
export class SoundWatch {
  private samples = 0;
  private loudest = 0;
  private told = false;
  private rest: Buffer = Buffer.alloc(0);

  /** The next samples of the take; says what people have to know now, most often null. */
  hear(pcm: Buffer): SoundFinding | null {
    if (this.loudest >= SILENT && !this.told) return null;
    this.samples += pcm.length / 2;
    const all = Buffer.concat([this.rest, pcm]);
    const frames = framesOf(all);
    this.rest = all.subarray(frames.length * (frames[0]?.length ?? 0));
    for (const frame of frames) this.loudest = Math.max(this.loudest, measure(frame).rms);
    if (this.loudest >= SILENT) {
      const again = this.told;
      this.told = false;
      return again ? 'heard_again' : null;
    }
    if (this.told || this.samples < PATIENCE_SAMPLES) return null;
    this.told = true;
    return 'nothing_heard';
  }
}
