/**
 * An error that a person can act on: one line that says what is wrong and what to do next.
 * `code` is stable for programs, `exitCode` 1 = failed, 2 = wrong usage.
 */
export class Problem extends Error {
  readonly code: string;
  readonly exitCode: 1 | 2;

  constructor(code: string, message: string, options: { exitCode?: 1 | 2; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'Problem';
    this.code = code;
    this.exitCode = options.exitCode ?? 1;
  }
}
