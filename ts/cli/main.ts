import { CommanderError } from 'commander';
import { Problem } from '../domain/problem.js';
import { adviceOn } from '../system/process/open-files.js';
import { type CliContext, print } from './context.js';
import { buildProgram, type Chosen, explainUsage } from './program.js';

/** Exit code of a process that a signal ended, as shells count them. */
const SIGNAL_EXIT_CODES = { SIGHUP: 129, SIGINT: 130, SIGQUIT: 131, SIGTERM: 143 } as const;

/** Runs one command line (without the program's name). Answers the exit code and never throws. */
export async function main(
  args: readonly string[],
  context: Omit<CliContext, 'configFile'>,
): Promise<number> {
  try {
    const chosen = choose(args, context);
    if (typeof chosen === 'number') return chosen;
    const config = chosen.options.config;
    const configFile = typeof config === 'string' ? config : undefined;
    const { run } = await chosen.spec.load();
    return await run({ context: { ...context, configFile }, ...chosen });
  } catch (error) {
    return report(error, context);
  }
}

/** A clean-up that hangs must not keep a person at the terminal. A second signal ends at once. */
const CLEAN_UP_MS = 3000;

/** Clean-ups of the running command, and an end by signal that waits for them. */
export function watchSignals(): CliContext['onInterrupt'] {
  const cleanUps = new Set<() => unknown>();
  let ending = false;
  for (const signal of ['SIGHUP', 'SIGINT', 'SIGQUIT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      const exit = () => process.exit(SIGNAL_EXIT_CODES[signal]);
      if (ending) exit();
      ending = true;
      process.exitCode = SIGNAL_EXIT_CODES[signal];
      setTimeout(exit, CLEAN_UP_MS);
      Promise.allSettled([...cleanUps].map((cleanUp) => cleanUp())).then(exit);
    });
  }
  return (cleanUp) => {
    cleanUps.add(cleanUp);
    return () => cleanUps.delete(cleanUp);
  };
}

/** The command that was named, or the exit code where help or the version was all that was asked for. */
function choose(args: readonly string[], context: Pick<CliContext, 'stdout'>): Chosen | number {
  const found: Chosen[] = [];
  const program = buildProgram({
    choose: (chosen) => found.push(chosen),
    write: (text) => context.stdout.write(text),
  });
  try {
    program.parse(args.length === 0 ? ['--help'] : [...args], { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return 0;
    throw error;
  }
  return found[0] ?? 0;
}

function report(error: unknown, context: Pick<CliContext, 'stderr' | 'env'>): number {
  const shown = context.env.SWICTATION_DEBUG && error instanceof Error ? error.stack : undefined;
  if (shown !== undefined) print(context.stderr, shown);
  if (error instanceof CommanderError) {
    print(context.stderr, explainUsage(error));
    return 2;
  }
  const message =
    error instanceof Problem
      ? error.message
      : adviceOn(error, error instanceof Error ? error.message : String(error));
  print(context.stderr, `✗ Error: ${message.replace(/\s*\n\s*/g, ' ')}`);
  return error instanceof Problem ? error.exitCode : 1;
}
