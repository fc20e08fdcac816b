import type { Problem } from '../domain/problem.js';
import type { AudioSource } from '../system/desktop/audio-source.js';

/** What people see of the microphone. `lost`: nothing is heard now, the next attempt is due. */
export type MicrophoneState =
  | { readonly kind: 'idle' }
  /** `waitedS`: whole seconds without its first sound, from the first one on. */
  | { readonly kind: 'starting'; readonly program: string; readonly waitedS?: number }
  /** `silent`: nothing comes through it; the text says why and what to do. */
  | { readonly kind: 'listening'; readonly program: string; readonly silent?: string }
  | {
      readonly kind: 'lost';
      readonly program: string;
      readonly reason: 'ended' | 'stalled' | 'garbage' | 'rate' | 'no_files';
      readonly retryInS: number;
    };

export interface SourceOptions {
  /** Of a file: as it would be spoken, or as fast as `onChunk` takes it. */
  readonly pace: 'realtime' | 'fast';
  readonly env: NodeJS.ProcessEnv;
  /** The Python interpreter and the folder of the worker's package: they decode files. */
  readonly python: string;
  readonly workerDir: string;
  /** s16le, 16 kHz, mono: whole frames of 512 samples, except the last before a stop or the end. */
  onChunk(pcm: Buffer): void | Promise<void>;
  /** A file source has played all it has. A microphone has no end. */
  onEnd(): void;
  onProblem(problem: Problem): void;
  onState(state: MicrophoneState): void;
  /** Of files: bare samples, s16le, 16 kHz, mono. */
  readonly raw?: boolean;
  /** Channels that the microphone has, as far as somebody told; asked for at each start. */
  channels?(): number;
}

/** Where sound comes from. The owner closes it. */
export interface Source {
  /** Begins, or goes on after a stop. Resolves at once: sound comes when it comes. */
  start(): Promise<void>;
  /** Pauses. Resolves when everything that was heard has been handed to `onChunk`. */
  stop(): Promise<void>;
  /** Records from this input of the desktop from now on, null: from the one that it chooses. Of files nothing. */
  choose(input: AudioSource | null): void;
  close(): Promise<void>;
}
