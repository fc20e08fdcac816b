/** Voices are compared between 0.1 and 1 kHz: each 8 samples of 16 kHz become one of 2 kHz. */
const DECIMATION = 8;
export const COARSE_RATE_HZ = 16_000 / DECIMATION;
/** Loudness is looked at in pieces of this many coarse samples, 50 ms. */
const PIECE = COARSE_RATE_HZ / 20;
const KEPT_PIECES = 60;
/** Coarse samples that are kept for comparison: 2 s. */
const KEPT = 2 * COARSE_RATE_HZ;

/** What is known of one channel: its last two seconds, coarse, and how loud its last three seconds were. */
export class ChannelStatistics {
  /** The newest last; the second difference, so that hum and an offset say nothing. */
  readonly coarse = new Float32Array(KEPT);
  private readonly pieces: number[] = [];
  private sum = 0;
  private summed = 0;
  private before: number | null = null;
  private beforeThat: number | null = null;
  private pieceEnergy = 0;
  private pieceLength = 0;
  private fresh: number[] = [];

  /** One sample of 16 kHz, -32768 to 32767. */
  add(sample: number): void {
    this.sum += sample;
    this.summed += 1;
    if (this.summed < DECIMATION) return;
    const coarse = this.sum / DECIMATION;
    this.sum = 0;
    this.summed = 0;
    // A stream that begins somewhere else than at zero has not jumped.
    const before = this.before ?? coarse;
    const sharp = coarse - 2 * before + (this.beforeThat ?? before);
    this.beforeThat = before;
    this.before = coarse;
    this.fresh.push(sharp);
    this.measure(sharp);
  }

  /** Takes what came since the last call into `coarse`. */
  settle(): void {
    const fresh = this.fresh.slice(-KEPT);
    this.fresh = [];
    this.coarse.copyWithin(0, fresh.length);
    this.coarse.set(fresh, KEPT - fresh.length);
  }

  /** Mean square of the loudest 50 ms of the last 3 s. */
  get loudest(): number {
    return Math.max(0, ...this.pieces);
  }

  /** How far the loudest 50 ms stand above the quiet ones, as a ratio of energies; 1 is a steady noise, or nothing. */
  get dynamics(): number {
    const sorted = this.pieces.toSorted((one, other) => one - other);
    const quiet = sorted[Math.floor(sorted.length / 10)] ?? 0;
    return (this.loudest + 1e-3) / (quiet + 1e-3);
  }

  private measure(sharp: number): void {
    this.pieceEnergy += sharp * sharp;
    this.pieceLength += 1;
    if (this.pieceLength < PIECE) return;
    this.pieces.push(this.pieceEnergy / PIECE);
    if (this.pieces.length > KEPT_PIECES) this.pieces.shift();
    this.pieceEnergy = 0;
    this.pieceLength = 0;
  }
}
