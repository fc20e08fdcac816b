import type { Readable } from 'node:stream';
import { within } from '../deadline.js';
import type { Exit } from './process-exit.js';
import { type IfWeDie, startProgram } from './process-start.js';

const DEFAULT_OUTPUT_BYTES = 1_048_576;
const DEFAULT_KILL_GRACE_MS = 500;
/** A program that went to the background (wl-copy) keeps our pipe open: its output is not waited for. */
const OUTPUT_WAIT_MS = 200;

export interface RunOptions {
  readonly input?: string | Buffer;
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly signal?: AbortSignal;
  /** What is kept of each output stream (default 1 MiB); the rest is read and thrown away. */
  readonly maxOutputBytes?: number;
  /** Between TERM and KILL at the time-out or abort (default 500 ms). */
  readonly killGraceMs?: number;
  /** Default `lives_on`. */
  readonly ifWeDie?: IfWeDie;
}

/** `not_found` covers every program that could not be started; `stderr` holds the reason then. */
export interface RunResult {
  readonly kind: 'ended' | 'timed_out' | 'not_found' | 'aborted';
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/**
 * Runs a program to its end and collects what it prints. Never rejects. The first reason to end wins:
 * its own end, the time-out, or the abort.
 */
export async function runProgram(
  command: string,
  args: readonly string[],
  options: RunOptions,
): Promise<RunResult> {
  if (options.signal?.aborted === true) return emptyResult('aborted');
  const program = startProgram(command, args, {
    stdin: options.input === undefined ? 'ignore' : 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
    ...(options.ifWeDie === undefined ? {} : { ifWeDie: options.ifWeDie }),
    ...(options.env === undefined ? {} : { env: options.env }),
    ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
  });
  const maxBytes = options.maxOutputBytes ?? DEFAULT_OUTPUT_BYTES;
  const stdout = collect(program.stdout, maxBytes);
  const stderr = collect(program.stderr, maxBytes);
  if (options.input !== undefined) program.stdin?.end(options.input);
  const interruption = awaitInterruption(options);
  const first = await Promise.race([program.exited, interruption.happened]);
  interruption.cancel();
  const exit =
    typeof first === 'string'
      ? await program.terminate(options.killGraceMs ?? DEFAULT_KILL_GRACE_MS)
      : first;
  await within(Promise.all([stdout.ended, stderr.ended]), OUTPUT_WAIT_MS);
  const result = describeResult(exit, stdout.take(), stderr.take());
  return typeof first === 'string' && result.kind === 'ended' ? { ...result, kind: first } : result;
}

function awaitInterruption(options: RunOptions) {
  let cancel = () => {};
  const happened = new Promise<'timed_out' | 'aborted'>((resolve) => {
    const abort = () => resolve('aborted');
    const timer = setTimeout(() => resolve('timed_out'), options.timeoutMs);
    options.signal?.addEventListener('abort', abort, { once: true });
    cancel = () => {
      clearTimeout(timer);
      options.signal?.removeEventListener('abort', abort);
    };
  });
  return { happened, cancel: () => cancel() };
}

function describeResult(exit: Exit, stdout: string, stderr: string): RunResult {
  switch (exit.kind) {
    case 'exited':
      return { kind: 'ended', code: exit.code, signal: null, stdout, stderr };
    case 'signalled':
      return { kind: 'ended', code: null, signal: exit.signal, stdout, stderr };
    case 'not_started':
      return { ...emptyResult('not_found'), stderr: exit.problem.message };
    default:
      return exit satisfies never;
  }
}

function emptyResult(kind: RunResult['kind']): RunResult {
  return { kind, code: null, signal: null, stdout: '', stderr: '' };
}

function collect(stream: Readable | null, maxBytes: number) {
  const kept: Buffer[] = [];
  let bytes = 0;
  stream?.on('data', (chunk: Buffer) => {
    const rest = chunk.subarray(0, Math.max(0, maxBytes - bytes));
    bytes += rest.length;
    if (rest.length > 0) kept.push(rest);
  });
  const ended = new Promise<void>((resolve) => {
    if (stream === null) resolve();
    else stream.once('close', resolve);
  });
  const take = () => {
    stream?.destroy();
    return Buffer.concat(kept).toString('utf8');
  };
  return { ended, take };
}
