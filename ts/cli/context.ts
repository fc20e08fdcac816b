import type { Command } from 'commander';
import { Problem } from '../domain/problem.js';

export type Output = NodeJS.WritableStream & {
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
  readonly rows?: number | undefined;
};

type Input = NodeJS.ReadableStream & {
  readonly isTTY?: boolean | undefined;
  setRawMode?(raw: boolean): unknown;
};

/** What a command may touch of the process it runs in. */
export interface CliContext {
  readonly stdin: Input;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly env: NodeJS.ProcessEnv;
  /** `--config FILE`. */
  readonly configFile: string | undefined;
  /** Runs `cleanUp` before the process ends by Ctrl+C, and waits for it a little; the answer takes it back. */
  onInterrupt(cleanUp: () => unknown): () => void;
}

/** One command as it was typed. */
export interface Call {
  /** The whole command tree, for what is made from it. */
  readonly program: Command;
  readonly context: CliContext;
  readonly args: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** Exit code of a command: 0 done, 1 failed. Wrong usage (2) is thrown as a `Problem`. */
export type CommandRun = (call: Call) => Promise<number>;

export function print(output: Output, ...lines: readonly string[]): void {
  for (const line of lines) output.write(`${line}\n`);
}

export function hasFlag(call: Call, name: string): boolean {
  return call.options[name] === true;
}

/** An option with a value, undefined where it was not given. */
export function textOption(call: Call, name: string): string | undefined {
  const value = call.options[name];
  return typeof value === 'string' ? value : undefined;
}

/** A whole number from 1, as ids and limits are; anything else is wrong usage. */
export function parseCount(what: string, text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && Number.isSafeInteger(number)) return number;
  throw wrongUsage(`${what} must be a whole number from 1, not ${JSON.stringify(text)}`);
}

export function wrongUsage(message: string): Problem {
  return new Problem('wrong_usage', message, { exitCode: 2 });
}
