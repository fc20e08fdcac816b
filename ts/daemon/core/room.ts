import { SAMPLE_RATE_HZ } from '../../domain/units.js';
import type { Listening } from '../hearing/listening.js';
import type { Tickets } from '../utterances/tickets.js';

/** Frames that wait and utterances that wait, above which a source played at full speed is slowed down. */
const BACKLOG_SAMPLES = 20 * SAMPLE_RATE_HZ;
const BACKLOG_UTTERANCES = 8;

/** Back-pressure for sources that outrun recognition. */
export class Room {
  private wanted: (() => void)[] = [];

  constructor(
    private readonly listening: Listening,
    private readonly tickets: Tickets,
  ) {}

  /** Resolves when the program has caught up so far that a source at full speed may go on. */
  async available(): Promise<void> {
    await this.listening.whenBelow(BACKLOG_SAMPLES);
    if (this.tickets.size <= BACKLOG_UTTERANCES) return;
    await new Promise<void>((resolve) => this.wanted.push(resolve));
    return this.available();
  }

  /** Something is finished: whoever waits looks again. */
  grew(): void {
    const waiting = this.wanted;
    this.wanted = [];
    for (const wake of waiting) wake();
  }
}
