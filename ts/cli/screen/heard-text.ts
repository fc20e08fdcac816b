import type { DaemonEvent } from '../link/daemon-link.js';

/** Only for whoever asks to read along: the daemon recognises speech that goes on only while somebody follows. */
export const TEXT_TOPICS: readonly string[] = ['hypothesis', 'transcription'];

/** How long a hypothesis is shown that nothing came after: a sentence may also end without a text that is delivered. */
export const SHOWN_MS = 5_000;

/** What is heard of the sentence that is spoken now, until its text is delivered or nobody listens any more. */
export class HeardText {
  #text: string | null = null;
  #heardAtMs = 0;

  /** Null while nothing is heard. */
  get text(): string | null {
    return performance.now() - this.#heardAtMs > SHOWN_MS ? null : this.#text;
  }

  hear({ topic, payload }: DaemonEvent): void {
    if (topic === 'hypothesis') {
      this.#text = String(payload.text ?? '');
      this.#heardAtMs = performance.now();
    }
    if (topic === 'transcription') this.#text = null;
    else if (topic === 'state' && payload.state === 'idle') this.#text = null;
  }
}

/** The newest words where there is not room for all. */
export function tailOf(text: string, room: number): string {
  const characters = [...text];
  return characters.length <= room ? text : `…${characters.slice(1 - room).join('')}`;
}
