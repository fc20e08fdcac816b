import { createServer, type Socket } from 'node:net';
import { type ControlRequest, readControlRequest } from '../protocol/control-request.js';
import type { Owner } from './handler.js';
import { listenPrivately } from './private-socket.js';

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

/** Serves one request per connection; requests of different clients never wait for each other. */
export async function serveOneRequest(
  path: string,
  answer: (request: ControlRequest) => Promise<Answer>,
): Promise<Owner> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
    serveClient(socket, answer);
  });
  const file = await listenPrivately(server, path);
  // An accept that fails (too many open files) must not end the daemon; the client tries again.
  server.on('error', () => undefined);
  return { close: () => closeServer(server, sockets, file) };
}

function closeServer(
  server: { close(done: () => void): unknown },
  sockets: ReadonlySet<Socket>,
  file: { remove(): void },
): Promise<void> {
  file.remove();
  return new Promise((resolve) => {
    server.close(() => resolve());
    // A reply that is on its way is sent to its end; whoever has not asked yet is let go.
    for (const socket of sockets) if (!socket.writableEnded) socket.destroy();
    for (const socket of sockets) setTimeout(() => socket.destroy(), 200).unref();
  });
}

function serveClient(socket: Socket, answer: (request: ControlRequest) => Promise<Answer>): void {
  const chunks: Buffer[] = [];
  let isAnswered = false;
  let quiet: NodeJS.Timeout | undefined;
  const lifetime = setTimeout(() => look(true), LIFETIME_MS);

  function look(ended: boolean): void {
    if (isAnswered) return;
    const request = readControlRequest(Buffer.concat(chunks), ended);
    if (request.kind === 'incomplete') return;
    isAnswered = true;
    clearTimeout(quiet);
    clearTimeout(lifetime);
    void finish(socket, answer(request));
  }

  socket.on('data', (chunk: Buffer) => {
    if (isAnswered) return;
    chunks.push(chunk);
    clearTimeout(quiet);
    quiet = setTimeout(() => look(true), QUIET_MS);
    look(false);
  });
  socket.once('end', () => look(true));
  // A client that breaks off in the middle is its own affair.
  socket.on('error', () => undefined);
  socket.once('close', () => {
    isAnswered = true;
    clearTimeout(quiet);
    clearTimeout(lifetime);
  });
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
