import { type CardReport, reportCard } from '../../gpu/report-card.js';
import { areAllAsleep } from '../../system/card/pci.js';
import { monotonicS } from '../../system/clock.js';

/** A report is for people; a newer one than this is not worth the second it takes. */
const KEPT_S = 60;
const DEADLINE_MS = 3_000;

/** The driver's own report of all cards and the programs on them; asked for at most once a minute. */
export class CardReports {
  private report: CardReport | null = null;
  private askedS = Number.NEGATIVE_INFINITY;

  constructor(private readonly env: NodeJS.ProcessEnv) {}

  /** The last report, renewed where it is old; null where there is none. A sleeping card is left asleep. */
  async latest(): Promise<CardReport | null> {
    if (monotonicS() - this.askedS < KEPT_S || areAllAsleep(this.env)) return this.report;
    this.askedS = monotonicS();
    const result = await reportCard({ env: this.env, deadlineMs: DEADLINE_MS });
    if (result.kind === 'report') this.report = result.report;
    return this.report;
  }
}
