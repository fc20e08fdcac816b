import { Problem } from '../../domain/problem.js';
import { lacksFiles, RAISE_FILE_LIMIT } from './open-files.js';

/** How a program ended. `not_started`: no process ever existed, `problem` says what to do about it. */
export type Exit =
  | { readonly kind: 'exited'; readonly code: number }
  | { readonly kind: 'signalled'; readonly signal: NodeJS.Signals }
  | { readonly kind: 'not_started'; readonly problem: Problem };

/** The two values of Node's `exit` event as one of the three outcomes; exactly one of them is set. */
export function describeExit(code: number | null, signal: NodeJS.Signals | null): Exit {
  if (signal !== null) return { kind: 'signalled', signal };
  return { kind: 'exited', code: code ?? 0 };
}

/** Names the reason in words a person can act on: ENOENT means missing, EACCES means not executable. */
export function describeStartFailure(command: string, cause: unknown): Exit {
  const code = errorCode(cause);
  if (code === 'ENOENT') {
    return notStarted(
      'program_missing',
      `${command} not found: install it or put it on PATH`,
      cause,
    );
  }
  if (code === 'EACCES') {
    return notStarted('program_missing', `${command} is not executable: check its mode`, cause);
  }
  if (lacksFiles(cause)) {
    return notStarted(
      'too_many_files',
      `${command} could not be started: ${RAISE_FILE_LIMIT}`,
      cause,
    );
  }
  return notStarted('program_not_started', `${command} could not be started: ${code}`, cause);
}

function notStarted(code: string, message: string, cause: unknown): Exit {
  return { kind: 'not_started', problem: new Problem(code, message, { cause }) };
}

function errorCode(cause: unknown): string {
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string')
    return cause.code;
  return cause instanceof Error ? cause.message : String(cause);
}
