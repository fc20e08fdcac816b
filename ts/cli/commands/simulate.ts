import { readFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { Problem } from '../../domain/problem.js';
import { readTimeline } from '../../protocol/simulation/simulation.js';
import { simulate } from '../../sim/run-simulation.js';
import type { Watch } from '../../sim/watch.js';
import { type Call, textOption } from '../context.js';
import { isPipeClosed, type LineSink, openLineSink } from './simulate-output.js';

interface SimulateStreams {
  readonly stdout: NodeJS.WritableStream;
  readonly stderr: NodeJS.WritableStream;
  /** Read for the file `-`; the process's own where it is left out. */
  readonly stdin?: NodeJS.ReadableStream;
}

/** `swictation simulate FILE [--html OUT]`: with OUT `-` the page is all that is written to stdout. */
export async function runSimulateCommand(call: Call): Promise<number> {
  const { context, args } = call;
  const [file = ''] = args;
  const target = textOption(call, 'html');
  if (target === undefined) return runSimulate(file, context);
  const [{ watchHistory }, { writePage }] = await Promise.all([
    import('../../sim/chronicle.js'),
    import('../link/write-page.js'),
  ]);
  const { watch, items } = watchHistory();
  const { stdin, stderr, stdout } = context;
  const streams = { stdin, stderr, stdout: target === '-' ? new Nowhere() : stdout };
  const code = await runSimulate(file, streams, watch);
  if (code === 2) return code;
  const frame = { source: `simulation ${file}`, clock: 'run', fromS: 0, toS: null } as const;
  return Math.max(code, writePage(context, items, frame, target));
}

/** Takes the lines that a page is shown in place of. */
class Nowhere extends Writable {
  override _write(_chunk: unknown, _encoding: BufferEncoding, done: () => void): void {
    done();
  }
}

/**
 * `swictation simulate FILE`: the decisions and the summary on stdout, one JSON object a line.
 * Returns the exit code: 0, 1 when a word was lost, 2 when the timeline can't be read. A reader that leaves
 * early (`| head`) ends it quietly. @forTests
 */
export async function runSimulate(
  file: string,
  streams: SimulateStreams,
  watch: Watch = {},
): Promise<number> {
  const sink = openLineSink(streams.stdout);
  try {
    const lines = splitLines(await readTimelineText(file, streams));
    return await writeAll(simulate(readTimeline(lines), watch), sink);
  } catch (error) {
    if (isPipeClosed(error)) return 0;
    if (!(error instanceof Problem)) throw error;
    await sink.flush();
    streams.stderr.write(`${error.message}\n`);
    return error.exitCode;
  }
}

async function readTimelineText(file: string, streams: SimulateStreams): Promise<string> {
  if (file === '-') return text(streams.stdin ?? process.stdin);
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new Problem('unreadable_timeline', `${file}: ${explain(cause)}`, { exitCode: 2, cause });
  }
}

function explain(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error';
  if (code === 'ENOENT') return 'no such file. Name a timeline, or - to read it from stdin';
  if (code === 'EISDIR') return 'is a folder. Name a timeline, or - to read it from stdin';
  if (code === 'EACCES') return 'may not be read. Check its permissions';
  return `can't be read (${code})`;
}

function* splitLines(whole: string): Generator<string> {
  let from = 0;
  for (let to = whole.indexOf('\n'); to >= 0; to = whole.indexOf('\n', from)) {
    yield whole.slice(from, to);
    from = to + 1;
  }
  if (from < whole.length) yield whole.slice(from);
}

async function writeAll(run: ReturnType<typeof simulate>, sink: LineSink): Promise<number> {
  let next = run.next();
  for (; next.done !== true; next = run.next()) {
    if (!sink.write(next.value)) await sink.ready();
  }
  await sink.flush();
  return next.value.lost > 0 ? 1 : 0;
}
