import type { JournalUtterance, Recovered } from '../../journal/types.js';
import type { Dictation } from './dictation.js';

/**
 * What an earlier run left: texts that wait already stay as they are, audio without text is transcribed, one
 * utterance at a time and only while nobody dictates, so that new speech never waits for old.
 */
export class RecoveryQueue {
  private readonly waiting: JournalUtterance[] = [];

  constructor(private readonly dictation: Dictation) {}

  take(recovered: Recovered): void {
    for (const span of recovered.unsegmented) this.dictation.recover(span);
    for (const utterance of recovered.utterances) {
      if (utterance.text === null) this.waiting.push(utterance);
    }
    this.advance();
  }

  /** Starts the next one where the way is free. */
  advance(): void {
    if (this.dictation.utterances.size > 0 || this.dictation.isBusy) return;
    const next = this.waiting.shift();
    if (next === undefined) return;
    const { id, recording, fromSample, toSample } = next;
    const reason = next.reason ?? 'daemon_restarted';
    this.dictation.transcribeHeld(id, { recording, fromSample, toSample }, reason);
  }
}
