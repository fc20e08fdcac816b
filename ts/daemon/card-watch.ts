import type { CardSample } from '../domain/memory.js';
import { type CardStream, streamCard } from '../gpu/stream-card.js';

const INTERVAL_MS = 1_000;
const ANSWER_MS = 5_000;
const REST_MS = 15_000;

/**
 * Figures of the card from the driver's tool, for the times when no worker of ours can answer. The tool runs
 * while somebody asks and rests soon after, so that an unused card can sleep.
 */
export class CardWatch {
  private stream: CardStream | null = null;
  private waiting: ((sample: CardSample | null) => void)[] = [];
  private rest: NodeJS.Timeout | undefined;

  constructor(
    private readonly env: NodeJS.ProcessEnv,
    private readonly onTrouble: (message: string) => void,
  ) {}

  /** The next figures; null where none come within five seconds. */
  measure(): Promise<CardSample | null> {
    this.stream ??= streamCard({
      env: this.env,
      intervalMs: INTERVAL_MS,
      onSample: (sample) => this.answer(sample),
      onTrouble: (trouble) => this.onTrouble(trouble.message),
    });
    clearTimeout(this.rest);
    this.rest = setTimeout(() => void this.close(), REST_MS);
    this.rest.unref();
    return new Promise((resolve) => {
      const giveUp = setTimeout(() => resolve(null), ANSWER_MS);
      giveUp.unref();
      this.waiting.push((sample) => {
        clearTimeout(giveUp);
        resolve(sample);
      });
    });
  }

  async close(): Promise<void> {
    clearTimeout(this.rest);
    const { stream } = this;
    this.stream = null;
    this.answer(null);
    await stream?.close();
  }

  private answer(sample: CardSample | null): void {
    const { waiting } = this;
    this.waiting = [];
    for (const resolve of waiting) resolve(sample);
  }
}
