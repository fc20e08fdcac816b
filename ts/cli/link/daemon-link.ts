import { Problem } from '../../domain/problem.js';
import { parseSnapshot, type Snapshot } from '../../protocol/command/snapshot.js';
import type { CliContext } from '../context.js';
import { readEndpoints } from './endpoints.js';
import { startCommand } from './service.js';

/** The daemon answers within milliseconds; typing a pending text takes as long as the text. */
const TIMEOUT_MS = 5000;
const TYPING_TIMEOUT_MS = 60_000;

export type Answer = Record<string, unknown>;

/** One command over ZeroMQ; throws a `Problem` where there is no daemon or it refuses. */
export async function askDaemon(
  context: CliContext,
  request: { readonly action: string } & Answer,
  timeoutMs = TIMEOUT_MS,
): Promise<Answer> {
  const [client, { zeromqCommand }] = await Promise.all([
    import('../../control/client.js'),
    readEndpoints(context),
  ]);
  try {
    return await client.askDaemon(zeromqCommand, request, timeoutMs);
  } catch (error) {
    throw withAdvice(error, context);
  }
}

/** Whoever finds no daemon reads how to start it; the words before that are the original's. */
function withAdvice(error: unknown, { env }: CliContext): unknown {
  if (!(error instanceof Problem) || error.code !== 'daemon_not_running') return error;
  const message = `${error.message}: start it with ${startCommand(env)}`;
  return new Problem(error.code, message, { cause: error });
}

/** As `askDaemon`, for commands that type. */
export function askToType(
  context: CliContext,
  request: { readonly action: string } & Answer,
): Promise<Answer> {
  return askDaemon(context, request, TYPING_TIMEOUT_MS);
}

export async function readSnapshot(context: CliContext): Promise<Snapshot> {
  return parseSnapshot(await askDaemon(context, { action: 'snapshot' }));
}

/** The snapshot, or null where the daemon does not run (any more) or does not answer in time. */
export async function readSnapshotIfUp(context: CliContext): Promise<Snapshot | null> {
  try {
    return await readSnapshot(context);
  } catch (error) {
    if (error instanceof Problem && DOWN.has(error.code)) return null;
    throw error;
  }
}

const DOWN: ReadonlySet<string> = new Set(['daemon_not_running', 'daemon_timeout']);

export interface DaemonEvent {
  readonly topic: string;
  readonly payload: Answer;
}

/** Events of the given topics until `signal` aborts, over restarts of the daemon. */
export async function* followEvents(
  context: CliContext,
  topics: readonly string[],
  signal: AbortSignal,
): AsyncGenerator<DaemonEvent> {
  const [client, { zeromqEvents }] = await Promise.all([
    import('../../control/client.js'),
    readEndpoints(context),
  ]);
  yield* client.followEvents(zeromqEvents, topics, signal);
}
