import { decodeFetchEvent, type FetchEvent } from '../protocol/worker/fetch.js';
import type { Log } from '../system/log.js';
import { RAISE_FILE_LIMIT, saysTooManyFiles } from '../system/process/open-files.js';
import type { Exit, RunningProgram } from '../system/process/process.js';
import { isStopped } from '../system/process/process-stopped.js';
import { describeExit, type PythonOptions, startPython } from './start-python.js';

/** What arrived so far stays on the disk, so nothing is gained by waiting longer. */
const GRACE_MS = 500;
const STOPPED_MS = 300;

export interface FetchOptions extends PythonOptions {
  /** A hub name, OWNER/NAME. */
  readonly model: string;
  /** Also write the weights for the CPU into the cache, so that the engine that takes over finds them. */
  readonly prepare: boolean;
  /** The number types to convert for, where not all. */
  readonly types?: string;
  readonly log: Pick<Log, 'debug' | 'warn'>;
  /** Progress, and as the last one how it ended; also where the process ended without a word. Once each, in order. */
  onEvent(event: FetchEvent): void;
}

/** A process that fetches a model. It ends with the daemon, however that ends: it watches its stdin. */
export interface RunningFetch {
  close(): Promise<void>;
}

/** Starts fetching; what an earlier fetch has left is continued. */
export function startFetch(options: FetchOptions): RunningFetch {
  let closed = false;
  let concluded = false;
  const tell = (event: FetchEvent) => {
    if (closed || concluded) return;
    concluded = event.event === 'done' || event.event === 'failed';
    options.onEvent(event);
  };
  const program = startPython(options, fetchArguments(options), {
    line: (line) => hear(line, options, tell),
    stderr: (line) => options.log.debug(`fetch: ${line.slice(0, 500)}`),
  });
  const stopWatching = continueWhenStopped(program, () =>
    options.log.warn(`the fetch of ${options.model} was stopped: it is continued`),
  );
  void program.exited.then(stopWatching);
  const { stdout } = program;
  // Its last line may still be on its way when the process has ended.
  const read = new Promise<void>((resolve) => (stdout ? stdout.once('close', resolve) : resolve()));
  void Promise.all([program.exited, read]).then(([exit]) => tell(describeEnd(options.model, exit)));
  return {
    async close() {
      closed = true;
      program.stdin?.end();
      await program.terminate(GRACE_MS);
    },
  };
}

/** The kernel says when a child is stopped. A debugger or a job shell may do that for a moment. */
function continueWhenStopped(program: RunningProgram, onContinued: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const look = () => {
    if (program.pid === undefined || !isStopped(program.pid)) return;
    onContinued();
    program.signal('SIGCONT');
  };
  const childChanged = () => {
    clearTimeout(timer);
    timer = setTimeout(look, STOPPED_MS).unref();
  };
  process.on('SIGCHLD', childChanged);
  return () => {
    clearTimeout(timer);
    process.off('SIGCHLD', childChanged);
  };
}

function fetchArguments({ model, prepare, types }: FetchOptions): readonly string[] {
  const base = ['-m', 'swictation_worker.files.fetch', '--end-with-stdin'];
  return [
    ...base,
    ...(prepare ? ['--prepare'] : []),
    ...(types ? ['--types', types] : []),
    '--',
    model,
  ];
}

function hear(line: string, options: FetchOptions, tell: (event: FetchEvent) => void): void {
  const decoded = decodeFetchEvent(line);
  if (decoded.ok) tell(decoded.event);
  else options.log.debug(`fetch said something else: ${decoded.message}`);
}

/** It ended without saying how: killed, out of memory, a broken environment. */
function describeEnd(model: string, exit: Exit): FetchEvent {
  const why = describeExit(exit);
  const reason = saysTooManyFiles(why)
    ? `: ${RAISE_FILE_LIMIT}`
    : ` (${why}): type \`swictation doctor\``;
  const message = `${model} can't be fetched${reason}, it is tried again by itself`;
  return { event: 'failed', message, again: true };
}
