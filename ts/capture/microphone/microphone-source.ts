import type { AudioSource } from '../../system/desktop/audio-source.js';
import { findRecorders, type Recorder } from '../../system/desktop/recorders.js';
import type { Source, SourceOptions } from '../source.js';
import { Patience } from './patience.js';
import { type MicrophoneMemory, RecordingTake } from './recording-take.js';

/** Arrays of microphones have up to eight; an interface for a studio has more, of which most are not connected. */
const MOST_CHANNELS = 8;

/** The desktop's microphone by one of its recording programs, which runs only between start and stop. */
export class MicrophoneSource implements Source {
  readonly #options: SourceOptions;
  readonly #memory: MicrophoneMemory;
  #take: RecordingTake | null = null;
  /** The input that a person chose; null: the desktop's. */
  #input: AudioSource | null = null;

  constructor(recorders: readonly [Recorder, ...Recorder[]], options: SourceOptions) {
    this.#options = options;
    this.#memory = {
      ...{ recorders, patience: new Patience(), choice: 0, asksForOne: false },
      find: () => this.#find(this.#input),
    };
  }

  async start(): Promise<void> {
    if (this.#take !== null) return;
    const recorders = this.#memory.find();
    if (recorders.length > 0) this.#memory.recorders = recorders;
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
    const chosen = this.#find(input);
    this.#input = chosen.length > 0 ? input : null;
    const recorders = this.#memory.find();
    if (recorders.length === 0) return;
    this.#memory.recorders = recorders;
    this.#memory.choice = 0;
    this.#take?.changeInput();
  }

  async close(): Promise<void> {
    await this.stop();
  }

  #find(input: AudioSource | null): readonly Recorder[] {
    const { env, channels } = this.#options;
    const known = input?.channels ?? channels?.() ?? 1;
    return findRecorders(env, input, this.#memory.asksForOne ? 1 : Math.min(known, MOST_CHANNELS));
  }
}
