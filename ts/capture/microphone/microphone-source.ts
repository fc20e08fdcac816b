import type { AudioSource } from '../../system/desktop/audio-source.js';
import { findRecorders, type Recorder } from '../../system/desktop/recorders.js';
import type { Source, SourceOptions } from '../source.js';
import { Patience } from './patience.js';
import { type MicrophoneMemory, RecordingTake } from './recording-take.js';

/** The desktop's microphone by one of its recording programs, which runs only between start and stop. */
export class MicrophoneSource implements Source {
  readonly #options: SourceOptions;
  readonly #memory: MicrophoneMemory;
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

  /** An input that no program here can choose is left to the desktop. */
  choose(input: AudioSource | null): void {
    const chosen = findRecorders(this.#options.env, input);
    const recorders = chosen.length > 0 ? chosen : findRecorders(this.#options.env);
    if (recorders.length === 0) return;
    this.#memory.recorders = recorders;
    this.#memory.choice = 0;
    this.#take?.changeInput();
  }

  async close(): Promise<void> {
    await this.stop();
  }
}
