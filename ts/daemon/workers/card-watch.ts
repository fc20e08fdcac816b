import type { CardReading, CardSample } from '../../domain/memory.js';
import { type CardStream, streamCard } from '../../gpu/stream-card.js';
import { areAllAsleep } from '../../system/card/pci.js';
import type { CardTrouble } from '../../system/card/trouble.js';

const INTERVAL_MS = 1_000;
const ANSWER_MS = 5_000;
/** Whoever asks less often than this gets single runs of the tool instead of one that goes on. */
const REST_MS = 2_000;
/** A driver that loads itself takes 6 to 8 s for its first answer: the tool is not ended before. */
const SILENT_REST_MS = 15_000;

/**
 * Figures of the card from the driver's tool, for the times when no worker of ours can answer. The tool runs
 * while somebody asks and rests soon after, so that an unused card can sleep.
 */
export class CardWatch {
  private stream: CardStream | null = null;
  private waiting: ((reading: CardReading) => void)[] = [];
  private rest: NodeJS.Timeout | undefined;
  private asleep = false;
  /** What hindered the tool since its last figures; null: it runs and has not answered yet. */
  private trouble: CardTrouble['kind'] | null = null;

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly onTrouble: (message: string) => void,
  ) {}

  /** The next figures; `silent` or null where none come within five seconds. A card that sleeps is left asleep. */
  async measure(): Promise<CardReading> {
    if (this.isAsleep()) return 'asleep';
    return this.ask();
  }

  /** Told once for each time that it falls asleep. */
  private isAsleep(): boolean {
    const before = this.asleep;
    this.asleep = this.stream === null && areAllAsleep(this.env);
    if (this.asleep && !before)
      this.onTrouble('the card sleeps and is left asleep until it is needed');
    return this.asleep;
  }

  private ask(): Promise<CardReading> {
    this.stream ??= streamCard({
      env: this.env,
      intervalMs: INTERVAL_MS,
      onSample: (sample) => this.answer(sample),
      onTrouble: (trouble) => this.hinder(trouble),
    });
    this.restAfter(SILENT_REST_MS);
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => resolve(this.explainSilence()), ANSWER_MS);
      giveUp.unref();
      this.waiting.push((sample) => {
        clearTimeout(giveUp);
        resolve(sample);
      });
    });
  }

  private restAfter(waitMs: number): void {
    clearTimeout(this.rest);
    this.rest = setTimeout(() => void this.close(), waitMs);
    this.rest.unref();
  }

  async close(): Promise<void> {
    clearTimeout(this.rest);
    const { stream } = this;
    this.stream = null;
    this.answer(null);
    await stream?.close();
  }

  private hinder(trouble: CardTrouble): void {
    if (trouble.kind !== 'warning') this.trouble = trouble.kind;
    this.onTrouble(trouble.message);
  }

  /** It may have fallen asleep meanwhile. A driver that loads itself for each question takes 6 to 8 s: no answer yet. */
  private explainSilence(): CardReading {
    if (areAllAsleep(this.env)) return 'asleep';
    return this.trouble === null || this.trouble === 'silent' ? 'silent' : null;
  }

  private answer(sample: CardSample | null): void {
    this.trouble = null;
    const { waiting } = this;
    this.waiting = [];
    if (sample !== null && waiting.length > 0) this.restAfter(REST_MS);
    for (const resolve of waiting) resolve(sample);
  }
}
