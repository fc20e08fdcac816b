import { SAMPLE_RATE_HZ } from '../../domain/units.js';
import type { FrameScoring } from '../hearing/frame-scoring.js';
import type { OpenUtterances } from '../utterances/open-utterances.js';

/** Frames that wait and utterances that wait, above which a source played at full speed is slowed down. */
const BACKLOG_SAMPLES = 20 * SAMPLE_RATE_HZ;
const BACKLOG_UTTERANCES = 8;

/** Back-pressure for sources that outrun recognition. */
export class Backpressure {
  private wanted: (() => void)[] = [];

  constructor(
    private readonly scoring: FrameScoring,
    private readonly utterances: OpenUtterances,
  ) {}

  /** Resolves when the program has caught up so far that a source at full speed may go on. */
  async whenCaughtUp(): Promise<void> {
    await this.scoring.whenBelow(BACKLOG_SAMPLES);
    if (this.utterances.size <= BACKLOG_UTTERANCES) return;
    await new Promise<void>((resolve) => this.wanted.push(resolve));
    return this.whenCaughtUp();
  }

  /** Something is finished: whoever waits looks again. */
  eased(): void {
    const waiting = this.wanted;
    this.wanted = [];
    for (const wake of waiting) wake();
  }
}
