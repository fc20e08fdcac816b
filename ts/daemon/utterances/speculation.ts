import type { OpenUtterance, Transcript } from './open-utterances.js';

/** What recognition before the end of a pause was good for, over the daemon's life. */
export interface SpeculationFigures {
  /** Guesses that a confirmed pause could use, and those that the speaker went on from. */
  readonly used: number;
  readonly dropped: number;
  /** Engine time of the used ones, and how much of it was over before the pause was confirmed. */
  readonly usedMs: number;
  readonly savedMs: number;
  readonly droppedMs: number;
  /** Engine time of everything that was dictated, dropped guesses included. */
  readonly engineMs: number;
}

/** Guesses that were dropped and may still be answered; older ones never came to an engine. */
const REMEMBERED = 16;

/** Above this share of waste nothing is guessed until more was of use; the first seconds tell nothing. */
const WASTE_LIMIT = 0.35;
/** The same for a pause that has lasted a while, where a text is typed as soon as it is known. */
const BEARABLE_WASTE = 0.5;
const JUDGED_FROM_MS = 3_000;

/** Keeps count of guesses: how many held, and what the others cost. */
export class Speculation {
  private readonly counts = {
    used: 0,
    dropped: 0,
    usedMs: 0,
    savedMs: 0,
    droppedMs: 0,
    engineMs: 0,
  };
  private withdrawn: readonly number[] = [];

  get figures(): SpeculationFigures {
    return { ...this.counts };
  }

  /** Whether guesses have paid so far: a speaker who never stops where it seems gets none. */
  get pays(): boolean {
    return this.wastesLessThan(WASTE_LIMIT);
  }

  /** Whether they cost little enough where somebody waits for the text. */
  get isBearable(): boolean {
    return this.wastesLessThan(BEARABLE_WASTE);
  }

  /** The pause was confirmed. */
  used(): void {
    this.counts.used += 1;
  }

  /** The speaker went on. */
  dropped(utterance: OpenUtterance): void {
    this.counts.dropped += 1;
    if (utterance.transcript !== null) this.waste(utterance.transcript.sttMs);
    else this.withdrawn = [...this.withdrawn.slice(1 - REMEMBERED), utterance.id];
  }

  /** A text came that nobody waits for any more. */
  cameTooLate(utteranceId: number, transcript: Transcript): void {
    if (!this.withdrawn.includes(utteranceId)) return;
    this.withdrawn = this.withdrawn.filter((id) => id !== utteranceId);
    this.waste(transcript.sttMs);
  }

  /** A text was delivered; `engineWaitMs` of the engine's time fell behind the end of the pause. */
  delivered(utterance: OpenUtterance, engineWaitMs: number): void {
    const engineMs = utterance.transcript?.sttMs ?? 0;
    this.counts.engineMs += engineMs;
    if (!utterance.speculative) return;
    this.counts.usedMs += engineMs;
    this.counts.savedMs += Math.max(0, engineMs - engineWaitMs);
  }

  private wastesLessThan(share: number): boolean {
    const { droppedMs, engineMs } = this.counts;
    return engineMs < JUDGED_FROM_MS || droppedMs / engineMs < share;
  }

  private waste(engineMs: number): void {
    this.counts.droppedMs += engineMs;
    this.counts.engineMs += engineMs;
  }
}
