import { openSource } from '../../capture/open.js';
import type { MicrophoneState, Source } from '../../capture/source.js';
import { Problem } from '../../domain/problem.js';
import { within } from '../../system/deadline.js';
import type { AudioSource } from '../../system/desktop/audio-source.js';
import { defaultAudioSource, listAudioSources } from '../../system/desktop/audio-sources.js';
import {
  explainMonitor,
  explainOverdrive,
  explainSilence,
  type SilenceReport,
} from '../../system/desktop/silence-report.js';
import { workerFolder } from '../../system/paths.js';
import { pythonCommand } from '../../system/python/environment.js';
import { ChosenInput, type InputNews } from './chosen-input.js';
import { OverdriveWatch } from './overdrive.js';
import { SoundWatch } from './sound-watch.js';

export interface AudioInputPorts {
  /** `source`: mic, or wav:FILE[,FILE...]. */
  readonly options: { readonly source: string; readonly pace: 'realtime' | 'fast' };
  readonly env: NodeJS.ProcessEnv;
  /** `[audio] device`. */
  device(): string;
  /** Sound has come. For a file at full speed it resolves when there is room for more. */
  heard(pcm: Buffer): Promise<void> | undefined;
  /** The last sound file was played. */
  ended(): void;
  failed(problem: Problem): void;
  microphoneChanged(state: MicrophoneState): void;
  /** Nothing comes through the microphone, told once a take; null: it is heard again. */
  silence(report: SilenceReport | null): void;
  /** The chosen input is gone, or back. */
  inputChanged(news: InputNews): void;
}

/** A chosen input that was pulled out, or put in again, is noticed within this while somebody records. */
const LOOK_MS = 2_000;

/** A sound server that does not tell its inputs by then is taken as it is. */
const LONGEST_LOOK_MS = 2_000;

/** Seconds without the first sound of a program after which people are told. */
const NO_SOUND_S = 3;

/** The microphone, or the sound files that are played in its place. */
export class AudioInput {
  private source: Source | null = null;
  private state: MicrophoneState = { kind: 'idle' };
  private watch: SoundWatch | null = null;
  private overdrive: OverdriveWatch | null = null;
  /** What is known of the desktop's input, renewed with each take. */
  private input: AudioSource | null = null;
  /** It was silent and then heard again: it may be one that gives nothing between words. */
  private isGated = false;
  private toldSilent = false;

  private readonly chosen: ChosenInput;
  private lookTimer: NodeJS.Timeout | undefined;
  /** Counts starts and stops. */
  private turn = 0;

  constructor(private readonly ports: AudioInputPorts) {
    this.chosen = new ChosenInput({
      wanted: () => ports.device(),
      list: () => listAudioSources(ports.env),
      use: (input) => this.source?.choose(input),
      tell: (news) => ports.inputChanged(news),
    });
  }

  get microphone(): MicrophoneState {
    return this.state;
  }

  /** Throws a Problem for a source that can't be. */
  async open(): Promise<void> {
    const { options, env, ended, failed } = this.ports;
    this.source = await openSource(options.source, {
      pace: options.pace,
      env,
      python: pythonCommand(env),
      workerDir: workerFolder(),
      onChunk: (pcm) => this.hear(pcm),
      onEnd: ended,
      onProblem: failed,
      onState: (state) => this.change(state),
      channels: () => this.input?.channels ?? 1,
    });
    if (this.isMicrophone) void this.lookAtInput(true);
  }

  /** The source must run, or may rest; off resolves when all that was heard is handed over. */
  async listen(on: boolean): Promise<void> {
    clearInterval(this.lookTimer);
    this.turn += 1;
    const { turn } = this;
    if (on && this.isMicrophone) {
      this.beginTake();
      await this.findChosen();
      // The key was pressed again meanwhile.
      if (turn !== this.turn) return;
    }
    try {
      await (on ? this.source?.start() : this.source?.stop());
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.ports.failed(error);
    }
  }

  async close(): Promise<void> {
    clearInterval(this.lookTimer);
    await this.source?.close();
  }

  /** Another microphone than the chosen one is not to be heard for the moment that it takes to find it. */
  private async findChosen(): Promise<void> {
    if (this.chosen.isKnown) return;
    await within(this.chosen.look(), LONGEST_LOOK_MS);
  }

  private get isMicrophone(): boolean {
    return this.ports.options.source === 'mic';
  }

  private beginTake(): void {
    this.watch = new SoundWatch();
    this.overdrive = new OverdriveWatch();
    this.toldSilent = false;
    void this.lookAtInput(false);
    this.lookTimer = setInterval(() => void this.chosen.look(), LOOK_MS);
  }

  private hear(pcm: Buffer): Promise<void> | undefined {
    this.watchLevel(pcm);
    const finding = this.watch?.hear(pcm) ?? null;
    if (finding === 'nothing_heard') void this.explainSilence();
    if (finding === 'heard_again') this.endSilence();
    return this.ports.heard(pcm);
  }

  /** Where a program gives no sound at all, there is nothing to watch. */
  private change(state: MicrophoneState): void {
    this.state = state;
    this.ports.microphoneChanged(state);
    if (state.kind === 'starting' && (state.waitedS ?? 0) >= NO_SOUND_S) void this.explainSilence();
  }

  private async explainSilence(): Promise<void> {
    if (this.toldSilent) return;
    this.toldSilent = true;
    await this.lookAtInput(false);
    const { state } = this;
    if (state.kind === 'idle') return;
    const report = explainSilence(this.input, state.program);
    if (this.isGated && !report.isSure) return;
    if (state.kind === 'listening') {
      this.state = { ...state, silent: `no sound from ${report.name}: ${report.advice}` };
    }
    this.ports.silence(report);
  }

  /** Once a take. */
  private watchLevel(pcm: Buffer): void {
    this.overdrive?.hear(pcm);
    if (this.overdrive?.isOverdriven !== true) return;
    this.overdrive = null;
    this.ports.failed(new Problem('microphone_overdriven', explainOverdrive(this.input)));
  }

  private endSilence(): void {
    this.isGated = true;
    if (this.state.kind === 'listening')
      this.state = { kind: 'listening', program: this.state.program };
    this.ports.silence(null);
  }

  private async lookAtInput(telling: boolean): Promise<void> {
    await this.chosen.look();
    this.input = this.chosen.input ?? (await defaultAudioSource(this.ports.env));
    const monitor = telling ? explainMonitor(this.input) : null;
    if (monitor !== null) this.ports.failed(new Problem('microphone_is_monitor', monitor));
  }
}
