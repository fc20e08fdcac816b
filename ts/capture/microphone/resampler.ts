import { SAMPLE_RATE_HZ } from '../../domain/units.js';

/** Zero crossings of the kernel to each side: enough for speech. */
const CROSSINGS = 8;

/** Brings one channel of another rate to 16 kHz, piece by piece, by a windowed sinc. */
export class Resampler {
  private readonly step: number;
  private readonly cutoff: number;
  private readonly reach: number;
  private waiting: number[] = [];
  /** Place of the next output sample in `waiting`. */
  private at: number;

  constructor(rateHz: number) {
    this.step = rateHz / SAMPLE_RATE_HZ;
    this.cutoff = Math.min(1, 1 / this.step);
    this.reach = Math.ceil(CROSSINGS / this.cutoff);
    this.waiting = Array.from({ length: this.reach }, () => 0);
    this.at = this.reach;
  }

  push(samples: readonly number[]): number[] {
    for (const sample of samples) this.waiting.push(sample);
    const out: number[] = [];
    while (this.at + this.reach < this.waiting.length) {
      out.push(this.sampleAt(this.at));
      this.at += this.step;
    }
    const done = Math.max(0, Math.floor(this.at) - this.reach);
    this.waiting = this.waiting.slice(done);
    this.at -= done;
    return out;
  }

  private sampleAt(place: number): number {
    const middle = Math.floor(place);
    let sum = 0;
    let weights = 0;
    for (let at = middle - this.reach + 1; at <= middle + this.reach; at += 1) {
      const weight = this.weight(at - place);
      weights += weight;
      sum += weight * (this.waiting[at] ?? 0);
    }
    return weights === 0 ? 0 : sum / weights;
  }

  private weight(distance: number): number {
    const share = distance / this.reach;
    if (Math.abs(share) >= 1) return 0;
    const window = 0.5 + 0.5 * Math.cos(Math.PI * share);
    const angle = Math.PI * distance * this.cutoff;
    return window * (angle === 0 ? 1 : Math.sin(angle) / angle);
  }
}
