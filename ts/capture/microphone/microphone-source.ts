import type { Recorder } from '../../system/desktop/recorders.js';
import type { Source, SourceOptions } from '../source.js';
import { Patience } from './patience.js';
import { RecordingTake } from './recording-take.js';

/** The desktop's microphone by one of its recording programs, which runs only between start and stop. */
export class MicrophoneSource implements Source {
  readonly #options: SourceOptions;
  readonly #memory: { readonly recorders: readonly Recorder[]; patience: Patience; choice: number };
  #take: RecordingTake | null = null;

  constructor(recorders: readonly [Recorder, ...Recorder[]], options: SourceOptions) {
    this.#options = options;
    this.#memory = { recorders, patience: new Patience(), choice: 0 };
  }

  async start(): Promise<void> {
    if (this.#take !== null) return;
    this.#take = new RecordingTake(this.#memory, this.#options);
    this.#take.begin();
  }

  async stop(): Promise<void> {
    const take = this.#take;
    if (take === null) return;
    await take.stop();
    this.#take = null;
  }

  async close(): Promise<void> {
    await this.stop();
  }
}
