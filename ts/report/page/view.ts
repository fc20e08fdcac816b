/** The stretch of time that all charts show together. */
export interface Stretch {
  readonly fromS: number;
  readonly toS: number;
}

const SHORTEST_S = 1;

/** Holds the stretch, keeps it inside the run, and tells all charts. */
export class View {
  private shown: Stretch;
  private readonly listeners: ((stretch: Stretch) => void)[] = [];

  constructor(private readonly whole: Stretch) {
    this.shown = whole;
  }

  get stretch(): Stretch {
    return this.shown;
  }

  onChange(listener: (stretch: Stretch) => void): void {
    this.listeners.push(listener);
  }

  show(stretch: Stretch): void {
    const wholeS = this.whole.toS - this.whole.fromS;
    const lengthS = Math.min(wholeS, Math.max(SHORTEST_S, stretch.toS - stretch.fromS));
    const latestS = this.whole.toS - lengthS;
    const fromS = Math.min(latestS, Math.max(this.whole.fromS, stretch.fromS));
    this.shown = { fromS, toS: fromS + lengthS };
    for (const listener of this.listeners) listener(this.shown);
  }

  showAll(): void {
    this.show(this.whole);
  }

  /** So many seconds around a moment. */
  showAround(atS: number, lengthS: number): void {
    this.show({ fromS: atS - lengthS / 2, toS: atS + lengthS / 2 });
  }

  /** Larger than 1: a longer stretch. */
  scale(factor: number, aroundS = (this.shown.fromS + this.shown.toS) / 2): void {
    const { fromS, toS } = this.shown;
    this.show({
      fromS: aroundS - (aroundS - fromS) * factor,
      toS: aroundS + (toS - aroundS) * factor,
    });
  }

  /** Moves the stretch so that the moment is in it. */
  reach(atS: number): void {
    const { fromS, toS } = this.shown;
    if (atS < fromS || atS > toS) this.showAround(atS, toS - fromS);
  }
}
