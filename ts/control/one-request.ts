import type { Socket } from 'node:net';
import { type ControlRequest, readControlRequest } from '../protocol/control/control-request.js';
import { mostConnections } from '../system/process/open-files.js';
import { type Door, openDoor } from './door.js';
import type { Listener } from './handler.js';
import { messageOf } from './reason.js';

/** A connection lives at most this long; a silent one is closed then without a word. */
const LIFETIME_MS = 5_000;
/** A request that stopped in the middle is answered as invalid after this long without a byte. */
const QUIET_MS = 3_000;
/** How long the client may take to read the reply and close; what it still sends is thrown away. */
const FAREWELL_MS = 1_000;

/** The answer to one request: bytes to send (null: none), and what to do once they are on their way. */
export interface Answer {
  readonly reply: string | null;
  readonly afterwards?: () => void;
}

/**
 * Serves one request per connection; requests of different clients never wait for each other. An answer that
 * throws becomes what `failed` makes of the reason.
 */
export async function serveOneRequest(
  path: string,
  answer: (request: ControlRequest) => Promise<Answer>,
  failed: (reason: string) => string,
): Promise<Listener> {
  const sockets = new Set<Socket>();
  const answerAlways = async (request: ControlRequest): Promise<Answer> => {
    try {
      return await answer(request);
    } catch (error) {
      return { reply: failed(messageOf(error)) };
    }
  };
  const most = mostConnections();
  const drop = (socket: Socket) => {
    sockets.delete(socket);
    socket.destroy();
  };
  const door = await openDoor(path, (socket) => {
    // Whoever has asked is answered at once: the oldest one has said nothing.
    for (const oldest of sockets) if (sockets.size >= most) drop(oldest);
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveClient(socket, answerAlways);
  });
  return {
    places: new Map([[path, () => door.renew()]]),
    close: () => closeDoor(door, sockets),
  };
}

async function closeDoor(door: Door, sockets: ReadonlySet<Socket>): Promise<void> {
  const closed = door.close();
  // A reply that is on its way is sent to its end; whoever has not asked yet is let go.
  for (const socket of sockets) if (!socket.writableEnded) socket.destroy();
  for (const socket of sockets) setTimeout(() => socket.destroy(), 200).unref();
  await closed;
}

function serveClient(socket: Socket, answer: (request: ControlRequest) => Promise<Answer>): void {
  const client = new Client((request) => void finish(socket, answer(request)));
  socket.on('data', (chunk: Buffer) => client.hear(chunk));
  socket.once('end', () => client.look(true));
  // A client that breaks off in the middle is its own affair.
  socket.on('error', () => undefined);
  socket.once('close', () => client.leave());
}

/** What one client has sent so far, until it is a request or time is up. */
class Client {
  readonly #onRequest: (request: ControlRequest) => void;
  readonly #lifetime = setTimeout(() => this.look(true), LIFETIME_MS);
  readonly #chunks: Buffer[] = [];
  #quiet: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(onRequest: (request: ControlRequest) => void) {
    this.#onRequest = onRequest;
  }

  hear(chunk: Buffer): void {
    if (this.#isOver) return;
    this.#chunks.push(chunk);
    clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.look(true), QUIET_MS);
    this.look(false);
  }

  /** `ended`: nothing more will come, so what is there is all. */
  look(ended: boolean): void {
    if (this.#isOver) return;
    const request = readControlRequest(Buffer.concat(this.#chunks), ended);
    if (request.kind === 'incomplete') return;
    this.leave();
    this.#onRequest(request);
  }

  leave(): void {
    this.#isOver = true;
    clearTimeout(this.#quiet);
    clearTimeout(this.#lifetime);
  }
}

/** Sends the reply, closes our side, and reads on for a moment so that the kernel does not discard it. */
async function finish(socket: Socket, answering: Promise<Answer>): Promise<void> {
  const answer = await answering;
  const afterwards = once(answer.afterwards ?? (() => undefined));
  socket.once('close', afterwards);
  if (socket.destroyed) return afterwards();
  socket.end(answer.reply ?? '', afterwards);
  const farewell = setTimeout(() => socket.destroy(), FAREWELL_MS);
  socket.once('close', () => clearTimeout(farewell));
  socket.once('end', () => socket.end());
}

function once(action: () => void): () => void {
  let isDone = false;
  return () => {
    if (isDone) return;
    isDone = true;
    action();
  };
}
