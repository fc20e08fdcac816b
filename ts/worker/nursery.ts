import { Problem } from '../domain/problem.js';
import {
  decodeNurseryEvent,
  encodeNurseryCommand,
  type NurseryCommand,
  type NurseryEvent,
} from '../protocol/worker/nursery.js';
import type { Log } from '../system/log.js';
import { RAISE_FILE_LIMIT, saysTooManyFiles } from '../system/process/open-files.js';
import type { Exit } from '../system/process/process.js';
import { setupCommand } from '../system/python/environment.js';
import { describeExit, type PythonOptions, startPython } from './start-python.js';

export interface NurseryOptions extends PythonOptions {
  readonly importCanary: boolean;
  readonly log: Log;
  onEvent(event: NurseryEvent): void;
  /** The fork server itself is gone; every worker it had goes with it. */
  onEnded(exit: Exit): void;
}

/** The fork server: imports the heavy libraries once, forks workers on request, reaps them. */
export interface Nursery {
  readonly pid: number | undefined;
  tell(command: NurseryCommand): void;
  /** Ends all workers and the nursery: first by word, then by signal. */
  close(): Promise<void>;
  /** At once, with all that it forked; `onEnded` follows. */
  kill(): void;
}

/** Starts the fork server. It answers `ready` once its libraries are imported. */
export function startNursery(options: NurseryOptions): Nursery {
  const program = startPython(options, nurseryArguments(options), {
    line: (line) => hear(line, options),
    stderr: (line) => logStderr(line, options.log),
  });
  void program.exited.then((exit) => options.onEnded(exit));
  return {
    pid: program.pid,
    tell(command) {
      program.stdin?.write(encodeNurseryCommand(command));
    },
    kill() {
      program.signal('SIGKILL');
    },
    async close() {
      program.stdin?.end();
      const ended = await Promise.race([program.exited.then(() => true), after(GRACE_MS)]);
      if (!ended) await program.terminate(500);
    },
  };
}

/** The nursery gives its children 1 s between TERM and KILL. */
const GRACE_MS = 1_800;

function nurseryArguments(options: NurseryOptions): readonly string[] {
  const base = ['-m', 'swictation_worker.nursery'];
  return options.importCanary ? [...base, '--import-canary'] : base;
}

function hear(line: string, options: NurseryOptions): void {
  const decoded = decodeNurseryEvent(line);
  if (decoded.ok) options.onEvent(decoded.event);
  else options.log.warn(`nursery said something else: ${decoded.message}`);
}

function logStderr(line: string, log: Log): void {
  if (line.trim() !== '') log.debug(`worker: ${line.slice(0, 500)}`);
}

function after(delayMs: number): Promise<false> {
  return new Promise((resolve) => setTimeout(() => resolve(false), delayMs).unref());
}

/** What to tell a person when the fork server could not work at all. */
export function nurseryProblem(exit: Exit, refusal: string | null): Problem {
  const why = refusal ?? describeExit(exit);
  const told = (what: string) => new Problem('workers_unavailable', what);
  if (saysTooManyFiles(why)) return told(`The speech workers can't start: ${RAISE_FILE_LIMIT}`);
  if (refusal === null && exit.kind === 'signalled') {
    return told(
      `The speech workers ended (${exit.signal}), they are started again: free some memory if that goes on`,
    );
  }
  return told(`The speech workers can't start (${why}): type \`${setupCommand()}\``);
}
