/** A line that was told is not told again for so long: the tool is started anew again and again. */
const REPEAT_S = 3_600;

/** What is to be known of the card, each thing once in the log though every look at the card finds it again. */
export class CardNotes {
  private readonly toldS = new Map<string, number>();

  constructor(
    private readonly log: (message: string) => void,
    private readonly nowS: () => number,
  ) {}

  tell(message: string): void {
    const nowS = this.nowS();
    const before = this.toldS.get(message);
    if (before !== undefined && nowS - before < REPEAT_S) return;
    for (const [old, atS] of this.toldS) if (nowS - atS >= REPEAT_S) this.toldS.delete(old);
    this.toldS.set(message, nowS);
    this.log(message);
  }
}
