const TELLING_S = 0.25;
/** What is read within this is one piece. */
const SAME_PIECE_S = 0.005;
/** So many of the longest pieces make a rate sure. */
const PIECES = 3;
/** How far back a rate is measured. */
const KEPT_S = 6;
/** Sound that comes earlier than it can by this much is not as announced. */
const EARLY_S = 0.15;
const SETTLED_S = 1;
/** Seconds a second; sound cards stay far below. */
const DRIFT = 0.01;
/** Slowness has to last: a machine that is busy makes up for it. */
const SLOW_S = 3;
const SLOW_ARRIVALS = 10;
const SLOW_GAP_S = 0.5;

interface Arrival {
  readonly atS: number;
  readonly words: number;
}

interface Measured {
  readonly wordsPerS: number;
  /** Seconds that were measured. */
  readonly overS: number;
  readonly sure: boolean;
}

/** When how many words of a stream came in. */
export class FlowMeter {
  private arrivals: Arrival[] = [];
  private total = 0;
  private firstS: number | null = null;
  /** It has run for long enough that what it holds back at its start is known. */
  private settled = false;
  private settledS = 0;
  private mostAhead = Number.NEGATIVE_INFINITY;

  /** `wordsPerS`: as announced. The program was started at `startedS`. */
  constructor(
    private readonly wordsPerS: number,
    private readonly startedS: number,
  ) {}

  add(words: number, nowS: number): void {
    this.firstS ??= nowS;
    this.total += words;
    this.arrivals.push({ atS: nowS, words });
    const keptFromS = nowS - KEPT_S;
    while ((this.arrivals[0]?.atS ?? nowS) < keptFromS) this.arrivals.shift();
  }

  /** Seconds of sound that came beyond what this clock allows: an honest program can be late, never early. */
  aheadS(nowS: number): number {
    return this.total / this.wordsPerS - (nowS - this.startedS);
  }

  /** What came until now is usual; of a stream that runs already only as much as a sound card's clock may be off. */
  settle(nowS: number): void {
    const mostS = this.settled
      ? this.mostAhead + DRIFT * (nowS - this.settledS)
      : Number.POSITIVE_INFINITY;
    this.settled ||= nowS - (this.firstS ?? nowS) > SETTLED_S;
    this.settledS = nowS;
    this.mostAhead = Math.max(this.mostAhead, Math.min(this.aheadS(nowS), mostS));
  }

  /** How much came until now was looked at, and is believed. */
  believe(nowS: number): void {
    this.mostAhead = this.aheadS(nowS);
  }

  /** More came than the clock and all that happened before explain. */
  isTooFast(nowS: number): boolean {
    const usual = this.settled ? this.mostAhead : Math.max(0, this.mostAhead);
    return this.aheadS(nowS) > usual + EARLY_S;
  }

  /**
   * What came behind a moment; null in the first quarter of a second, which says nothing. A busy machine reads in pieces as long
   * as its pauses: only whole pieces are counted, and the rate is `sure` where it was measured over several of the longest.
   */
  rateSince(fromS: number, nowS: number): Measured | null {
    const sinceS = Math.max(fromS, this.firstS ?? nowS);
    const whole = this.arrivals.filter(({ atS }) => atS > sinceS && atS < nowS - SAME_PIECE_S);
    const overS = (whole.at(-1)?.atS ?? sinceS) - sinceS;
    if (overS < TELLING_S) return null;
    const words = whole.reduce((sum, arrival) => sum + arrival.words, 0);
    const gaps = whole.map(({ atS }, at) => atS - (whole[at - 1]?.atS ?? sinceS));
    return { wordsPerS: words / overS, overS, sure: overS > PIECES * Math.max(...gaps) };
  }

  /** Words a second where they have been too few for three seconds, evenly; else null. */
  slowRate(nowS: number): number | null {
    const recent = this.arrivals.filter(({ atS }) => atS >= nowS - SLOW_S);
    const first = recent[0];
    if (first === undefined || recent.length < SLOW_ARRIVALS) return null;
    if (nowS - first.atS < SLOW_S - SLOW_GAP_S) return null;
    const gaps = recent.map(({ atS }, at) => atS - (recent[at - 1]?.atS ?? atS));
    if (Math.max(...gaps) > SLOW_GAP_S) return null;
    const words = recent.slice(1).reduce((sum, arrival) => sum + arrival.words, 0);
    const rate = words / (nowS - first.atS);
    return rate < 0.75 * this.wordsPerS ? rate : null;
  }
}
