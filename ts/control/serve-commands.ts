import { Router } from 'zeromq';
import {
  MAX_COMMAND_BYTES,
  readCommand,
  writeError,
  writeFailure,
  writeResult,
} from '../protocol/command/command.js';
import type { Command, CommandAction } from '../protocol/command/command-actions.js';
import { readEnvelope } from './envelope.js';
import type { Listener } from './handler.js';
import { bindEndpoint } from './private-endpoint.js';
import { WaitingLines } from './waiting-lines.js';

/** What the command interface needs from the daemon. `fields` is the checked command, action included. */
export interface CommandHandler {
  /** Throws a Problem where it can't; anything else it throws is `internal`. */
  handle(action: CommandAction, fields: Command): Promise<Record<string, unknown>>;
}

/** Requests of one client, and bytes of all of them, that may wait; the next is refused. */
const WAITING = { maxLength: 64, maxBytes: 8 * MAX_COMMAND_BYTES } as const;
/** How long closing waits for answers that are on their way. */
const FAREWELL_MS = 1_000;
/** Above this ZeroMQ cuts the connection; between the limit and this the answer says what is wrong. */
const MAX_FRAME_BYTES = 4 * MAX_COMMAND_BYTES;

/** Answers commands at `endpoint`. Clients never wait for each other; answers to one come in its order. */
export async function serveCommands(endpoint: string, handler: CommandHandler): Promise<Listener> {
  const router = new Router({ linger: 500, maxMessageSize: MAX_FRAME_BYTES });
  const bound = await bindEndpoint(router, endpoint);
  const clients = new WaitingLines(WAITING);
  const sender = new WaitingLines({ maxLength: Number.POSITIVE_INFINITY });
  const send = (frames: Buffer[]) => {
    // A client that is gone is no error: ROUTER drops what nobody reads.
    sender.add('', () => router.send(frames).catch(() => undefined));
  };
  void receive(router, (identity, frames) => take({ identity, frames, handler, clients, send }));
  let closing: Promise<void> | null = null;
  const close = async () => {
    await Promise.race([clients.allDone().then(() => sender.allDone()), pause(FAREWELL_MS)]);
    bound.close();
  };
  return {
    places: bound.places,
    close: () => {
      closing ??= close();
      return closing;
    },
  };
}

async function receive(
  router: Router,
  onMessage: (identity: Buffer, frames: readonly Buffer[]) => void,
): Promise<void> {
  while (!router.closed) {
    const received = await router.receive().catch(() => null);
    const [identity, ...frames] = received ?? [];
    if (identity !== undefined) onMessage(identity, frames);
    else await pause(10);
  }
}

interface Delivery {
  readonly identity: Buffer;
  readonly frames: readonly Buffer[];
  readonly handler: CommandHandler;
  readonly clients: WaitingLines;
  readonly send: (frames: Buffer[]) => void;
}

function take({ identity, frames, handler, clients, send }: Delivery): void {
  const { route, body, flaw } = readEnvelope(frames);
  const reply = (answer: Buffer) => send([identity, ...route, answer]);
  const request = readCommand(body);
  const respond = async () =>
    reply(
      flaw === null ? await answer(request, handler) : writeError(request, 'invalid_message', flaw),
    );
  const isTaken = clients.add(identity.toString('latin1'), respond, body.length);
  if (!isTaken) reply(writeError(request, 'refused', 'too many requests wait: read the answers'));
}

async function answer(
  request: ReturnType<typeof readCommand>,
  handler: CommandHandler,
): Promise<Buffer> {
  if (!request.body.ok) return writeError(request, request.body.code, request.body.message);
  try {
    const { command } = request.body;
    return writeResult(request, await handler.handle(command.action, command));
  } catch (error) {
    return writeFailure(request, error);
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
