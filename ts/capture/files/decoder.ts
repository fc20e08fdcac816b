import { Readable } from 'node:stream';
import { z } from 'zod';
import { Problem } from '../../domain/problem.js';
import {
  absolutePath,
  type Exit,
  type RunningProgram,
  startProgram,
} from '../../system/process/process.js';
import { isStopped } from '../../system/process/process-stopped.js';
import { setupCommand } from '../../system/python/environment.js';
import { pythonEnvironment } from '../../system/python.js';
import { Pull } from './pull.js';
import { BlockReader, type SoundBlock } from './sound-blocks.js';

export interface DecoderOptions {
  /** The Python interpreter and the folder of the worker's package. */
  readonly python: string;
  readonly workerDir: string;
  readonly env: NodeJS.ProcessEnv;
  /** Bare samples, s16le, 16 kHz, mono, whatever the files are called. */
  readonly raw?: boolean;
}

/** In place of a file's name: what comes through our own stdin. */
export const STDIN = '-';

/** How one run of the decoder ended. */
export type DecoderEnd =
  /** All of the file was given; `problem` says what was wrong with it, or is null. */
  | { readonly kind: 'finished'; readonly problem: Problem | null }
  /** It never ran, or ended before the file did; `cause` says how, in a few words. */
  | { readonly kind: 'broken'; readonly problem: Problem; readonly exit: Exit };

const report = z.object({ code: z.string(), message: z.string() });
/** How often a decoder that gives nothing is looked at: somebody may have stopped it. */
const LOOK_MS = 2_000;

/** One run of the decoder of a file. Not reading it holds it back. */
export class DecoderRun {
  private readonly program: RunningProgram;
  private readonly bytes: Pull;
  private readonly blocks = new BlockReader();
  private readonly said: Buffer[] = [];
  private ready: SoundBlock[] = [];

  /** Begins `fromSample` samples behind the start of the file. */
  constructor(
    private readonly file: string,
    options: DecoderOptions,
    fromSample: number,
  ) {
    const args = ['-m', 'swictation_worker.files.decode', '--from', String(fromSample)];
    if (options.raw === true) args.push('--raw');
    const isStdin = file === STDIN;
    const name = isStdin ? file : absolutePath(file);
    this.program = startProgram(options.python, [...args, '--', name], {
      ifWeDie: 'ends_itself',
      env: pythonEnvironment(options.env, options.workerDir),
      stdin: isStdin ? 'inherit' : 'ignore',
      stdout: 'pipe',
      stderr: 'pipe',
    });
    this.bytes = new Pull(this.program.stdout ?? Readable.from([]));
    this.program.stderr?.on('data', (bytes: Buffer) => this.said.push(bytes));
  }

  /** The next block, null at the end. */
  async next(): Promise<SoundBlock | null> {
    while (this.ready.length === 0) {
      const look = setInterval(() => this.endIfStopped(), LOOK_MS);
      const bytes = await this.bytes.next().finally(() => clearInterval(look));
      if (bytes === null) return null;
      this.read(bytes);
    }
    return this.ready.shift() ?? null;
  }

  /** Behind the last block. */
  async end(): Promise<DecoderEnd> {
    const exit = await this.program.exited;
    if (exit.kind === 'not_started') return { kind: 'broken', problem: exit.problem, exit };
    const stderr = Buffer.concat(this.said).toString('utf8').trim();
    const told = readReport(stderr);
    if (exit.kind === 'exited' && (exit.code === 0 || told !== null)) {
      return { kind: 'finished', problem: told };
    }
    return { kind: 'broken', problem: describeBreak(this.file, exit, stderr), exit };
  }

  async close(): Promise<void> {
    await this.program.terminate(500);
  }

  /** A decoder that writes something else than blocks can't be trusted with the next one. */
  private read(bytes: Buffer): void {
    try {
      this.ready = this.blocks.push(bytes);
    } catch {
      this.program.signal('SIGKILL');
    }
  }

  private endIfStopped(): void {
    const { pid } = this.program;
    if (pid !== undefined && isStopped(pid)) this.program.signal('SIGKILL');
  }
}

function readReport(stderr: string): Problem | null {
  const line = stderr.split('\n').at(-1) ?? '';
  try {
    const { code, message } = report.parse(JSON.parse(line));
    return new Problem(code, message);
  } catch {
    return null;
  }
}

/** What ended it says who has to do what. */
function describeBreak(file: string, exit: Exit, stderr: string): Problem {
  const problem = (text: string) => new Problem('decoder_failed', `${file} ${text}`);
  if (exit.kind === 'signalled') {
    const crashed = ['SIGSEGV', 'SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL'].includes(exit.signal);
    return crashed
      ? problem(`makes the decoder crash (${exit.signal}): convert it to WAV or FLAC`)
      : problem(`was not decoded to its end, ${exit.signal} ended the decoder: free some memory`);
  }
  const last = stderr.split('\n').at(-1) ?? '';
  if (/(Module|Import)\w*Error/.test(last)) {
    return problem(`could not be decoded (${last}): type \`${setupCommand()}\``);
  }
  return problem(`could not be decoded (${last || 'no reason given'}): type \`swictation doctor\``);
}
