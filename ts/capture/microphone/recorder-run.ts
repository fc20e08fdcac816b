import { BYTES_PER_SAMPLE, SAMPLE_RATE_HZ } from '../../domain/units.js';
import { monotonicS } from '../../system/clock.js';
import { within } from '../../system/deadline.js';
import type { Recorder } from '../../system/desktop/recorders.js';
import { lacksFiles } from '../../system/process/open-files.js';
import { type RunningProgram, startProgram } from '../../system/process/process.js';
import { isHeldUp, isStopped } from '../../system/process/process-stopped.js';
import { type StreamFlaw, StreamReader } from './stream-reader.js';

/** How long a program may take to end; what it still writes in that time counts. */
const END_MS = 300;
/** Silence of a program that is not let counts for so much less. */
const HELD_UP = 4;
/** Words and then nothing for so long: there is no sound to come. */
const WORDS_ONLY_S = 0.4;
/** Pieces whose distance tells the rhythm of a program. */
const RHYTHM = 8;

export interface RunPorts {
  sound(run: RecorderRun, pcm: Buffer): void;
  /** It gives bytes again after this silence; they come next. */
  cameBack(run: RecorderRun, silentS: number): void;
  flawed(run: RecorderRun, flaw: StreamFlaw): void;
  /** It is gone, and all of its sound was handed over. */
  gone(run: RecorderRun): void;
}

/** One run of a recording program. */
export class RecorderRun {
  readonly startedS = monotonicS();
  /** Samples of sound that were handed over. */
  samples = 0;
  /** Sound that waits because another run is listened to. */
  held: Buffer[] = [];
  /** Seconds without a byte, as this process saw them: its own standing still does not count. */
  silentS = 0;
  /** It was told to end, or did. */
  ending = false;
  isGone = false;
  /** It was we who ended it. */
  wasEnded = false;
  /** What made it useless, null where that is not its sound. */
  reason: 'garbage' | 'rate' | 'no_files' | null = null;
  /** When the sound of its first sample was recorded, at the latest. */
  private anchorS = Number.POSITIVE_INFINITY;
  private gaps: number[] = [];
  private saidWords = false;
  private readonly reader: StreamReader;
  private readonly program: RunningProgram;
  private readonly closed: Promise<void>;
  private done: Promise<void> | null = null;

  constructor(
    readonly index: number,
    readonly recorder: Recorder,
    env: NodeJS.ProcessEnv,
    private readonly ports: RunPorts,
  ) {
    const reading = {
      nowS: monotonicS,
      sound: (pcm: Buffer) => this.pass(pcm),
      flawed: (flaw: StreamFlaw) => this.flawed(flaw),
    };
    const { channels } = recorder;
    this.reader = new StreamReader(reading, { rateHz: SAMPLE_RATE_HZ, channels });
    const options = { env, stdout: 'pipe', ifWeDie: 'killed' } as const;
    this.program = startProgram(recorder.command, recorder.args, options);
    const { stdout } = this.program;
    this.closed = new Promise((resolve) => {
      if (stdout === null) resolve();
      else stdout.once('close', resolve);
    });
    stdout?.on('data', (bytes: Buffer) => this.take(bytes));
    void this.program.exited.then((exit) => {
      if (exit.kind === 'not_started' && lacksFiles(exit.problem)) this.reason = 'no_files';
      this.done ??= this.finish();
    });
  }

  /** It gave sound, or is about to: what it gave is looked at. */
  get sounded(): boolean {
    return this.reader.soundBytes > 0;
  }

  /** Until when its sound reaches, on our clock. */
  get heardUntilS(): number {
    return this.anchorS + this.samples / SAMPLE_RATE_HZ;
  }

  /** When its first sample was recorded. */
  get beganS(): number {
    return Math.min(this.anchorS, monotonicS());
  }

  /** The longest of its last silences; 0 before it has a rhythm. */
  get rhythmS(): number {
    return this.gaps.length < 3 ? 0 : Math.max(...this.gaps);
  }

  /** `passedS` went by; a program that somebody stopped is continued. */
  tick(passedS: number): void {
    const { pid } = this.program;
    const heldUp = pid !== undefined && isHeldUp(pid);
    this.silentS += heldUp ? passedS / HELD_UP : passedS;
    this.reader.tick();
    if (this.silentS > 0.5) this.continue();
    // It said why it does not record, and goes on saying nothing.
    if (this.saidWords && this.silentS > WORDS_ONLY_S) this.giveUp('garbage');
  }

  /** Tells it to end. Resolves when all that it held was handed over. */
  end(): Promise<void> {
    this.wasEnded ||= this.done === null;
    this.done ??= this.finish();
    return this.done;
  }

  private async finish(): Promise<void> {
    this.ending = true;
    this.continue();
    await this.program.terminate(END_MS);
    await within(this.closed, END_MS);
    this.program.stdout?.destroy();
    this.reader.end();
    this.isGone = true;
    this.ports.gone(this);
  }

  private take(bytes: Buffer): void {
    if (this.isGone) return;
    if (this.sounded) {
      this.gaps.push(this.silentS);
      if (this.gaps.length > RHYTHM) this.gaps.shift();
    }
    if (this.sounded) this.ports.cameBack(this, this.silentS);
    this.silentS = 0;
    this.saidWords = false;
    this.reader.take(bytes);
  }

  private flawed(flaw: StreamFlaw): void {
    this.saidWords = flaw.kind === 'words';
    this.ports.flawed(this, flaw);
    if (flaw.kind === 'header') this.giveUp('garbage');
    if (flaw.kind === 'rate') this.giveUp('rate');
  }

  private giveUp(reason: 'garbage' | 'rate'): void {
    this.reason ??= reason;
    void this.end();
  }

  private pass(pcm: Buffer): void {
    this.samples += pcm.length / BYTES_PER_SAMPLE;
    this.anchorS = Math.min(this.anchorS, monotonicS() - this.samples / SAMPLE_RATE_HZ);
    this.ports.sound(this, pcm);
  }

  private continue(): void {
    const { pid } = this.program;
    if (pid !== undefined && isStopped(pid)) this.program.signal('SIGCONT');
  }
}
