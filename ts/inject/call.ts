import type { TypedPiece } from '../domain/keys.js';
import { type IfWeDie, type RunResult, runProgram } from '../system/process/process.js';
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
}

/**
 * Runs one injector call and says what is known about it. Nothing of what it prints gets into the message,
 * which therefore never holds dictated text.
 *
 * - It could not be started, or ended by itself with an error: `not_typed`. The injectors check session,
 *   arguments and text before the first key, and don't notice what happens later.
 * - A signal, the time-out, the abort or Xlib (its session is gone) ended it: `unknown`. Retyping could
 *   double what has arrived.
 */
export async function runCall(name: string, call: Call): Promise<Attempt> {
  const { command, args, input, env, timeoutMs, signal, ifWeDie } = call;
  const result = await runProgram(command, args, {
    ...{ env, timeoutMs, signal, ifWeDie, killGraceMs: KILL_GRACE_MS, maxOutputBytes: 4_096 },
    ...(input === undefined ? {} : { input }),
  });
  return describeCall(name, result, timeoutMs);
}

/** What typing one piece with one call needs besides the piece and its arguments. */
export interface PieceCall {
  readonly env: NodeJS.ProcessEnv;
  /** How long the call may take besides its characters, and for each of these. */
  readonly baseMs: number;
  readonly msPerCharacter: number;
  readonly signal: AbortSignal;
}

/** Types one piece with one call of the program; a text goes in through stdin. */
export async function typePiece(
  command: string,
  piece: TypedPiece,
  args: readonly string[],
  { env, baseMs, msPerCharacter, signal }: PieceCall,
): Promise<{ readonly pieces: number; readonly attempt: Attempt }> {
  const [characters, input] = piece.kind === 'text' ? [piece.text.length, piece] : [1, null];
  const timeoutMs = baseMs + msPerCharacter * characters;
  const text = input === null ? {} : { input: input.text };
  const how = { command, args, env, timeoutMs, signal, ifWeDie: 'swept' } as const;
  const attempt = await runCall(command, { ...how, ...text });
  return { pieces: 1, attempt };
}

function describeCall(name: string, result: RunResult, timeoutMs: number): Attempt {
  switch (result.kind) {
    case 'not_found':
      return { kind: 'not_typed', message: `${name} could not be started` };
    case 'timed_out':
      return { kind: 'unknown', message: `${name} did not end within ${timeoutMs / 1000} s` };
    case 'aborted':
      return { kind: 'unknown', message: `${name} was stopped` };
    case 'ended':
      return describeEnd(name, result);
    default:
      return result.kind satisfies never;
  }
}

function describeEnd(name: string, { code, signal, stderr }: RunResult): Attempt {
  if (code === 0) return { kind: 'typed' };
  if (signal !== null) return { kind: 'unknown', message: `${name} was killed (${signal})` };
  if (stderr.includes('IO error')) return { kind: 'unknown', message: `${name} lost the session` };
  return { kind: 'not_typed', message: `${name} failed (exit code ${code}${hint(stderr)})` };
}

/** Known words of wtype; only our own text goes into the message. */
function hint(stderr: string): string {
  if (stderr.includes('virtual keyboard')) return ', the compositor has no virtual keyboard';
  return stderr.includes('connection failed') ? ', no connection to the session' : '';
}
