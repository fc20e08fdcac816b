import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../../domain/units.js';
import { monotonicS } from '../../system/clock.js';
import type { Recorder } from '../../system/desktop/recorders.js';
import { Framer } from '../framer.js';
import type { MicrophoneState, SourceOptions } from '../source.js';
import { Attempts } from './attempts.js';
import { describeFlaw, describeStreamFlaw } from './flaws.js';
import { type Patience, STAGGER_S } from './patience.js';
import { RecorderRun } from './recorder-run.js';

/** What is kept from take to take. */
export interface MicrophoneMemory {
  recorders: readonly Recorder[];
  /** The programs for the input of now, with the channels that are asked for; always in the same order. */
  find(): readonly Recorder[];
  readonly patience: Patience;
  /** The program that gave sound last. */
  choice: number;
  /** A program that was asked for all channels of its input gave something else: from now on one is asked for. */
  asksForOne: boolean;
}

const TICK_MS = 100;
/** One tick counts for no more: while this process stood still, nobody was silent. */
const LONGEST_TICK_S = 0.2;
/** From here on people see that the first sound is waited for. */
const WAITING_S = 3;
/** Silence that people are told of. */
const TOLD_S = 2;
/** Sound that came this late is said to be missing. */
const LATE_S = 2;
/** At a stop a program with a rhythm is waited for: what it holds was said before. */
const LAST_SOUND_S = 1.5;

type Lost = Extract<MicrophoneState, { kind: 'lost' }>['reason'];

/** One press of the key to the next: recording programs that come and go, and one that is listened to. */
export class RecordingTake {
  private readonly framer = new Framer();
  private attempts: Attempts;
  /** What records from an input that is not wanted any more, until another program gives sound. */
  private outdated: RecorderRun | null = null;
  private readonly dismissed = new WeakSet<RecorderRun>();
  private readonly beganS = monotonicS();
  private runs: RecorderRun[] = [];
  private speaker: RecorderRun | null = null;
  /** People were told that nothing comes. */
  private toldSilent = false;
  private heardAnything = false;
  private stopping = false;
  private takingOver = false;
  private timer: NodeJS.Timeout | undefined;
  private tickedS = monotonicS();
  private waitedS = 0;
  private wakeStop: () => void = () => {};

  constructor(
    private readonly memory: MicrophoneMemory,
    private readonly options: SourceOptions,
  ) {
    this.attempts = new Attempts(memory.recorders.length, memory.choice);
  }

  begin(): void {
    this.startNext();
    this.timer = setInterval(() => this.tick(), TICK_MS);
  }

  /** The programs are others now: the one that is listened to goes on until one of them gives sound. */
  changeInput(): void {
    this.attempts.cancel();
    this.attempts = new Attempts(this.memory.recorders.length, 0);
    this.outdated = this.speaker;
    for (const run of this.runs) {
      this.dismissed.add(run);
      if (run !== this.speaker) void run.end();
    }
    this.startNext();
  }

  /** Resolves when everything that was said before is handed over. */
  async stop(): Promise<void> {
    this.stopping = true;
    this.attempts.cancel();
    await this.lastSound();
    clearInterval(this.timer);
    const heir = this.challenger();
    if (this.speaker !== null && heir !== null && this.speaker.silentS >= TOLD_S)
      await this.takeOver(heir);
    await Promise.all(this.runs.map((run) => run.end()));
    this.emit(this.framer.flush());
    this.options.onState({ kind: 'idle' });
  }

  /** A program that writes in pieces, or that is held up, still holds what was said last. */
  private async lastSound(): Promise<void> {
    const { speaker } = this;
    if (speaker === null || speaker.rhythmS === 0) return;
    const usualS = speaker.rhythmS;
    const overdue = speaker.silentS > Math.max(0.25, 1.5 * usualS);
    if (!overdue && usualS < 0.3) return;
    const longestS = overdue ? Math.max(LAST_SOUND_S, usualS) : 1.5 * usualS;
    const stoppedS = monotonicS();
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, longestS * 1e3);
      this.wakeStop = () => {
        if (speaker.heardUntilS < stoppedS - 0.15) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.wakeStop = () => {};
  }

  private tick(): void {
    const nowS = monotonicS();
    const passedS = Math.min(LONGEST_TICK_S, nowS - this.tickedS);
    this.tickedS = nowS;
    for (const run of [...this.runs]) run.tick(passedS);
    if (this.takingOver) return;
    if (this.speaker === null) this.watchForFirst(passedS);
    else this.watchSpeaker(this.speaker);
  }

  /** Nobody has given sound yet. */
  private watchForFirst(passedS: number): void {
    const living = this.runs.filter((run) => !run.ending);
    const newest = living.at(-1);
    const oldest = living[0];
    if (newest === undefined || oldest === undefined || this.stopping) return;
    this.waitedS += passedS;
    const second = Math.floor(this.waitedS);
    if (second >= WAITING_S && second > this.waitedS - passedS) this.sayWaiting(newest);
    if (newest.silentS >= STAGGER_S && this.attempts.hasUntried(this.otherServer(living))) {
      this.startNext(this.otherServer(living));
    } else if (oldest.silentS >= this.memory.patience.firstSoundS) {
      this.memory.patience.gaveNothing();
      void oldest.end();
    }
  }

  /** Two programs of one name may be one program with other options: these are tried one after the other. */
  private otherServer(living: readonly RecorderRun[]): (index: number) => boolean {
    const names = new Set(living.map(({ recorder }) => recorder.name));
    return (index) => !names.has(this.memory.recorders[index]?.name ?? '');
  }

  private watchSpeaker(speaker: RecorderRun): void {
    const { patience } = this.memory;
    if (speaker === this.outdated) {
      const heir = this.challenger();
      if (heir?.sounded) void this.takeOver(heir);
      return;
    }
    const { name } = speaker.recorder;
    if (speaker.silentS >= TOLD_S && speaker.silentS >= patience.stallS(name))
      this.tellSilent(speaker);
    if (this.stopping || speaker.silentS < patience.stallS(name)) return;
    const challenger = this.challenger();
    if (challenger === null) this.start(this.attempts.challenge());
    else if (challenger.sounded && speaker.silentS >= patience.graceS(name))
      void this.takeOver(challenger);
    else if (speaker.silentS >= patience.firstSoundS) void speaker.end();
  }

  private challenger(): RecorderRun | null {
    return this.runs.find((run) => run !== this.speaker && !run.ending) ?? null;
  }

  /** The one that was listened to is told to end; what it still holds comes first, and nothing comes twice. */
  private async takeOver(heir: RecorderRun): Promise<void> {
    const { speaker } = this;
    this.takingOver = true;
    await speaker?.end();
    this.takingOver = false;
    const doubledS = speaker === null ? 0 : speaker.heardUntilS - heir.beganS;
    this.listenTo(heir, Math.max(0, Math.round(doubledS * SAMPLE_RATE_HZ)));
  }

  private listenTo(run: RecorderRun, withoutSamples = 0): void {
    this.speaker = run;
    this.memory.choice = run.index;
    this.attempts.succeeded(run.index);
    const held = Buffer.concat(run.held).subarray(withoutSamples * BYTES_PER_SAMPLE);
    run.held = [];
    if (!this.heardAnything) this.tellLate(run);
    this.heardAnything = true;
    this.toldSilent = false;
    this.waitedS = 0;
    this.options.onState({ kind: 'listening', program: run.recorder.name });
    this.framer.dropHalfSample();
    this.emit(this.framer.push(held));
    for (const other of this.runs) if (other !== run) void other.end();
  }

  private heard(run: RecorderRun, pcm: Buffer): void {
    if (this.speaker === null && !run.isGone) this.listenTo(run);
    if (run !== this.speaker) {
      if (!run.ending) run.held.push(pcm);
      return;
    }
    this.emit(this.framer.push(pcm));
    this.wakeStop();
  }

  /** Before its bytes are looked at: the one that was silent speaks again. */
  private cameBack(run: RecorderRun, silentS: number): void {
    if (run !== this.speaker || this.takingOver) return;
    const { name } = run.recorder;
    if (silentS < this.memory.patience.stallS(name)) return;
    this.memory.patience.cameBack(name, silentS);
    if (this.toldSilent) this.options.onState({ kind: 'listening', program: name });
    this.toldSilent = false;
    for (const other of this.runs) if (other !== run) void other.end();
  }

  private gone(run: RecorderRun): void {
    this.runs = this.runs.filter((other) => other !== run);
    this.checkChannels(run);
    if (run === this.speaker) {
      if (this.takingOver) return;
      this.speaker = null;
      this.framer.dropHalfSample();
    }
    if (this.stopping) return;
    if (this.speaker !== null && this.speaker === this.outdated && !this.dismissed.has(run)) {
      this.attempts.after(this.attempts.failed(run.samples), () => this.startNext());
    }
    if (this.speaker !== null || (this.dismissed.has(run) && this.challenger() !== null)) return;
    const heir = this.challenger();
    if (heir?.sounded && heir.held.length > 0) {
      this.listenTo(heir);
      return;
    }
    this.tellLost(run);
  }

  /** It gave less than so many channels have, or is the last of all programs, and none gave anything: one is asked for. */
  private checkChannels({ recorder, reason, samples, wasEnded }: RecorderRun): void {
    const nothing = samples === 0 && !wasEnded && !this.attempts.hasUntried(() => true);
    if (recorder.channels === 1 || (reason !== 'rate' && !nothing)) return;
    this.memory.asksForOne = true;
    this.memory.recorders = this.memory.find();
  }

  private tellLost(run: RecorderRun): void {
    const alone = this.challenger() === null;
    const waitS = alone ? this.attempts.failed(run.samples) : 0;
    const reason = run.reason ?? (run.wasEnded ? 'stalled' : 'ended');
    this.tellState(run, reason, waitS);
    if (alone) this.attempts.after(waitS, () => this.startNext());
  }

  private tellSilent(run: RecorderRun): void {
    if (this.toldSilent) return;
    this.toldSilent = true;
    this.tellState(run, 'stalled', 0);
  }

  private tellState(run: RecorderRun, reason: Lost, retryInS: number): void {
    this.options.onState({ kind: 'lost', program: run.recorder.name, reason, retryInS });
  }

  private sayWaiting({ recorder }: RecorderRun): void {
    const waitedS = Math.floor(this.waitedS);
    this.options.onState({ kind: 'starting', program: recorder.name, waitedS });
  }

  private tellLate(run: RecorderRun): void {
    const lateS = run.beganS - this.beganS;
    if (lateS < LATE_S) return;
    const message = `microphone: what was said in the first ${lateS.toFixed(1)} s was not heard, ${run.recorder.name} gave its first sound then`;
    this.options.onProblem(describeFlaw('microphone_late', message));
  }

  private startNext(wanted: (index: number) => boolean = () => true): void {
    const index = this.attempts.next(wanted);
    if (index !== null) this.start(index);
  }

  private start(index: number): void {
    const recorder = this.memory.recorders[index];
    if (recorder === undefined || this.stopping) return;
    if (this.speaker === null) this.options.onState({ kind: 'starting', program: recorder.name });
    const run = new RecorderRun(index, recorder, this.options.env, {
      sound: (of, pcm) => this.heard(of, pcm),
      cameBack: (of, silentS) => this.cameBack(of, silentS),
      flawed: (of, flaw) =>
        this.options.onProblem(
          describeFlaw('microphone_stream', describeStreamFlaw(of.recorder.name, flaw)),
        ),
      gone: (of) => this.gone(of),
    });
    this.runs.push(run);
  }

  private emit(pcm: Buffer): void {
    if (pcm.length >= BYTES_PER_SAMPLE) void this.options.onChunk(pcm);
  }
}
