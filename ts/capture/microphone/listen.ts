import { BYTES_PER_SAMPLE } from '../../domain/units.js';
import { within } from '../../system/deadline.js';
import type { Recorder } from '../../system/desktop/recorders.js';
import { type RunningProgram, startProgram } from '../../system/process/process.js';
import { isText, startsWithHeader } from './garbage.js';

/** A recording program that was silent for this long is taken for dead. */
const STALL_MS = 1_000;
/** Until the first samples it may take longer: PulseAudio's idle devices take up to 2 s to wake up. */
const FIRST_SAMPLES_MS = 4_000;
/** How long a program may take to end; what it still writes in that time counts. */
const END_MS = 300;

/** How listening ended, and how much was heard. */
export interface Listening {
  readonly reason: 'stopped' | 'ended' | 'stalled' | 'garbage';
  readonly samples: number;
}

type OnBytes = (bytes: Buffer, isFirst: boolean) => void;

/**
 * Runs a recording program until `signal`, its end, a stall or garbage, and hands over what it says, in
 * order. Resolves when the program is gone and all of its sound was handed over.
 */
export async function listen(
  recorder: Recorder,
  env: NodeJS.ProcessEnv,
  signal: AbortSignal,
  onBytes: OnBytes,
): Promise<Listening> {
  const options = { env, stdout: 'pipe', ifWeDie: 'killed' } as const;
  const program = startProgram(recorder.command, recorder.args, options);
  const listener = new Listener(program, onBytes);
  const stop = () => listener.end('stopped');
  signal.addEventListener('abort', stop, { once: true });
  if (signal.aborted) stop();
  try {
    return await listener.untilEnd();
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** Watches what one program says. The first reason to end it wins. */
class Listener {
  readonly #program: RunningProgram;
  readonly #onBytes: OnBytes;
  readonly #closed: Promise<void>;
  readonly #gone: Promise<unknown>;
  #forget: (value: unknown) => void = () => {};
  #reason: Listening['reason'] | null = null;
  #bytes = 0;
  #stall: NodeJS.Timeout;

  constructor(program: RunningProgram, onBytes: OnBytes) {
    this.#program = program;
    this.#onBytes = onBytes;
    const { stdout } = program;
    this.#closed = new Promise((resolve) => {
      if (stdout === null) resolve();
      else stdout.once('close', resolve);
    });
    const forgotten = new Promise((resolve) => {
      this.#forget = resolve;
    });
    this.#gone = Promise.race([program.exited, forgotten]);
    this.#stall = setTimeout(() => this.end('stalled'), FIRST_SAMPLES_MS);
    stdout?.on('data', (bytes: Buffer) => this.#take(bytes));
  }

  /** A program that even the kernel can't end is left behind. */
  end(reason: Listening['reason']): void {
    this.#reason ??= reason;
    void this.#program.terminate(END_MS).then(this.#forget);
  }

  async untilEnd(): Promise<Listening> {
    await this.#gone;
    clearTimeout(this.#stall);
    await within(this.#closed, END_MS);
    this.#program.stdout?.destroy();
    const samples = Math.floor(this.#bytes / BYTES_PER_SAMPLE);
    return { reason: this.#reason ?? 'ended', samples };
  }

  #take(bytes: Buffer): void {
    if (this.#reason === 'garbage') return;
    const isFirst = this.#bytes === 0;
    if (isText(bytes) || (isFirst && startsWithHeader(bytes))) {
      this.end('garbage');
      return;
    }
    this.#bytes += bytes.length;
    this.#expectMore(isFirst);
    this.#onBytes(bytes, isFirst);
  }

  #expectMore(isFirst: boolean): void {
    if (!isFirst) {
      this.#stall.refresh();
      return;
    }
    clearTimeout(this.#stall);
    this.#stall = setTimeout(() => this.end('stalled'), STALL_MS);
  }
}
