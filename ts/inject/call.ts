import { constants } from 'node:os';
import type { TypedPiece } from '../domain/keys.js';
import { type IfWeDie, type RunResult, runProgram } from '../system/process/process.js';
import { timesOf } from './key-chord.js';
import type { Attempt } from './sink.js';

/** Between TERM and KILL: an injector has nothing to clean up. */
const KILL_GRACE_MS = 200;

export interface Call {
  readonly command: string;
  readonly args: readonly string[];
  readonly input?: string;
  readonly env: NodeJS.ProcessEnv;
  readonly timeoutMs: number;
  readonly signal: AbortSignal;
  /** What a program that types does after our end would reach the next run's text; a clipboard's owner must live on. */
  readonly ifWeDie: IfWeDie;
  /** What an exit code of 0 is worth with this program, by what it said. Left out: it means that all was typed. */
  readonly judge?: Judge;
}

/** `said`: both of its output streams, for a look at known words only. */
type Judge = (said: string) => Attempt['kind'];

/**
 * Runs one injector call and says what is known about it. Nothing of what it prints gets into the message,
 * which therefore never holds dictated text.
 *
 * - It could not be started, or ended by itself with an error: `not_typed`. The injectors check session,
 *   arguments and text before the first key, and don't notice what happens later.
 * - It aborted for want of a daemon or device: `not_typed` too; there was nothing to type with.
 * - A signal, the time-out, the abort or Xlib (its session is gone) ended it: `unknown`. Retyping could
 *   double what has arrived.
 */
export async function runCall(name: string, call: Call): Promise<Attempt> {
  const { command, args, input, env, timeoutMs, signal, judge, ifWeDie } = call;
  const result = await runProgram(command, args, {
    ...{ env, timeoutMs, signal, ifWeDie, killGraceMs: KILL_GRACE_MS, maxOutputBytes: 4_096 },
    ...(input === undefined ? {} : { input }),
  });
  return describeCall(name, result, timeoutMs, judge ?? (() => 'typed'));
}

/** What typing one piece with one call needs besides the piece and its arguments. */
export interface PieceCall {
  readonly env: NodeJS.ProcessEnv;
  /** How long the call may take besides its characters, and for each of these. */
  readonly baseMs: number;
  readonly msPerCharacter: number;
  readonly signal: AbortSignal;
  readonly judge?: Judge;
}

/** Types one piece with one call of the program; a text goes in through stdin. */
export async function typePiece(
  command: string,
  piece: TypedPiece,
  args: readonly string[],
  { baseMs, msPerCharacter, ...call }: PieceCall,
): Promise<{ readonly pieces: number; readonly attempt: Attempt }> {
  const [characters, input] =
    piece.kind === 'text' ? [piece.text.length, piece] : [timesOf(piece), null];
  const timeoutMs = baseMs + msPerCharacter * characters;
  const text = input === null ? {} : { input: input.text };
  const how = { ...call, command, args, timeoutMs, ifWeDie: 'swept' } as const;
  const attempt = await runCall(command, { ...how, ...text });
  return { pieces: 1, attempt };
}

function describeCall(name: string, result: RunResult, timeoutMs: number, judge: Judge): Attempt {
  switch (result.kind) {
    case 'not_found':
      return { kind: 'not_typed', message: `${name} could not be started` };
    case 'timed_out':
      return { kind: 'unknown', message: `${name} did not end within ${timeoutMs / 1000} s` };
    case 'aborted':
      return { kind: 'unknown', message: `${name} was stopped` };
    case 'ended':
      return result.code === 0 ? describeSuccess(name, result, judge) : describeEnd(name, result);
    default:
      return result.kind satisfies never;
  }
}

function describeSuccess(name: string, { stdout, stderr }: RunResult, judge: Judge): Attempt {
  const kind = judge(`${stdout}\n${stderr}`);
  switch (kind) {
    case 'typed':
      return { kind };
    case 'not_typed':
      return { kind, message: `${name} did not understand what it was to type` };
    case 'unknown':
      return { kind, message: `${name} does not say whether it could type` };
    default:
      return kind satisfies never;
  }
}

/** What programs say that abort before they have anything to type with. */
const NEVER_CONNECTED = /failed to (connect|open uinput device|create socket)/i;

function describeEnd(name: string, { code, signal: own, stdout, stderr }: RunResult): Attempt {
  const signal = own ?? signalOf(code);
  if (signal === 'SIGABRT' && NEVER_CONNECTED.test(`${stdout}\n${stderr}`)) {
    return { kind: 'not_typed', message: `${name} reaches no daemon or device to type with` };
  }
  if (signal !== null) return { kind: 'unknown', message: `${name} was killed (${signal})` };
  if (stderr.includes('IO error')) return { kind: 'unknown', message: `${name} lost the session` };
  return { kind: 'not_typed', message: `${name} failed (exit code ${code}${hint(stderr)})` };
}

/** A script around the program says by its exit code that a signal ended it, as shells do. */
function signalOf(code: number | null): string | null {
  if (code === null || code <= 128) return null;
  const found = Object.entries(constants.signals).find(([, number]) => number === code - 128);
  return found?.[0] ?? null;
}

/** Known words of wtype; only our own text goes into the message. */
function hint(stderr: string): string {
  if (stderr.includes('virtual keyboard')) return ', the compositor has no virtual keyboard';
  return stderr.includes('connection failed') ? ', no connection to the session' : '';
}
