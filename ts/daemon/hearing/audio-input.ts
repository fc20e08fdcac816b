import { openSource } from '../../capture/open.js';
import type { MicrophoneState, Source } from '../../capture/source.js';
import { Problem } from '../../domain/problem.js';
import { workerFolder } from '../../system/paths.js';
import { pythonCommand } from '../../system/python/environment.js';

export interface AudioInputPorts {
  /** `source`: mic, or wav:FILE[,FILE...]. */
  readonly options: { readonly source: string; readonly pace: 'realtime' | 'fast' };
  readonly env: NodeJS.ProcessEnv;
  /** Sound has come. For a file at full speed it resolves when there is room for more. */
  heard(pcm: Buffer): Promise<void> | undefined;
  /** The last sound file was played. */
  ended(): void;
  failed(problem: Problem): void;
  microphoneChanged(state: MicrophoneState): void;
}

/** The microphone, or the sound files that are played in its place. */
export class AudioInput {
  private source: Source | null = null;
  private state: MicrophoneState = { kind: 'idle' };

  constructor(private readonly ports: AudioInputPorts) {}

  get microphone(): MicrophoneState {
    return this.state;
  }

  /** Throws a Problem for a source that can't be. */
  async open(): Promise<void> {
    const { options, env, heard, ended, failed } = this.ports;
    this.source = await openSource(options.source, {
      pace: options.pace,
      env,
      python: pythonCommand(env),
      workerDir: workerFolder(),
      onChunk: heard,
      onEnd: ended,
      onProblem: failed,
      onState: (state) => this.change(state),
    });
  }

  /** The source must run, or may rest; off resolves when all that was heard is handed over. */
  async listen(on: boolean): Promise<void> {
    try {
      await (on ? this.source?.start() : this.source?.stop());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.ports.failed(error);
    }
  }

  async close(): Promise<void> {
    await this.source?.close();
  }

  private change(state: MicrophoneState): void {
    this.state = state;
    this.ports.microphoneChanged(state);
  }
}
