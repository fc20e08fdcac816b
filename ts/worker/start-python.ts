import { type Exit, type RunningProgram, startProgram } from '../system/process/process.js';
import { pythonEnvironment } from '../system/python.js';
import { readLines } from './lines.js';

export interface PythonOptions {
  readonly python: string;
  /** Folder that holds the package `swictation_worker`. */
  readonly pythonPath: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Longer lines are skipped. */
const LINE_LIMIT_BYTES = 64 * 1024;

/** Starts a module of the worker that is driven over its stdin and stdout. */
export function startPython(
  { python, pythonPath, env }: PythonOptions,
  args: readonly string[],
  hear: { line(line: string): void; stderr(line: string): void },
): RunningProgram {
  const program = startProgram(python, args, {
    ifWeDie: 'ends_itself',
    env: pythonEnvironment(env, pythonPath),
    stdin: 'pipe',
    stdout: 'pipe',
    stderr: 'pipe',
  });
  if (program.stdout) readLines(program.stdout, LINE_LIMIT_BYTES, (line) => hear.line(line));
  if (program.stderr) readLines(program.stderr, LINE_LIMIT_BYTES, (line) => hear.stderr(line));
  return program;
}

/** How a process ended, in a few words. */
export function describeExit(exit: Exit): string {
  switch (exit.kind) {
    case 'exited':
      return `exit code ${exit.code}`;
    case 'signalled':
      return `ended by ${exit.signal}`;
    case 'not_started':
      return exit.problem.message;
    default:
      return 'unknown end';
  }
}
