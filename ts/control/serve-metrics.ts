import { createServer, type Server, type Socket } from 'node:net';
import { mostConnections } from '../system/process/open-files.js';
import type { Owner } from './handler.js';
import type { MetricsHub } from './metrics-hub.js';
import { listenPrivately } from './private-socket.js';

/** Lines that may wait for one client; one more and it is dropped. */
const MAX_QUEUED_LINES = 256;
/** Clients of one socket at the same time; the one that came first gives way to the next. */
const MAX_CLIENTS = 256;

/** Broadcasts the hub's lines on each of the sockets. A client that does not read is dropped. */
export async function serveMetrics(paths: readonly string[], hub: MetricsHub): Promise<Owner> {
  const owners: Owner[] = [];
  const close = async () => {
    await Promise.all(owners.map((owner) => owner.close()));
  };
  try {
    for (const path of paths) owners.push(await serveOne(path, hub));
  } catch (error) {
    await close();
    throw error;
  }
  return { close };
}

async function serveOne(path: string, hub: MetricsHub): Promise<Owner> {
  const most = Math.min(MAX_CLIENTS, mostConnections());
  const clients = new Set<Socket>();
  // Half-open: a client that closes its writing side, as `nc` without input does, still wants to read.
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    for (const oldest of clients) if (clients.size >= most) drop(oldest, clients);
    clients.add(socket);
    socket.once('close', () => clients.delete(socket));
    serveClient(socket, hub);
  });
  const file = await listenPrivately(server, path);
  server.on('error', () => undefined);
  return {
    close: () => {
      file.remove();
      return closeAll(server, clients);
    },
  };
}

function drop(socket: Socket, clients: Set<Socket>): void {
  clients.delete(socket);
  socket.destroy();
}

function serveClient(socket: Socket, hub: MetricsHub): void {
  let queued = 0;
  const send = (line: string) => {
    if (queued >= MAX_QUEUED_LINES) {
      socket.destroy();
      return;
    }
    queued += 1;
    socket.write(line, () => {
      queued -= 1;
    });
  };
  // The lines so far are one entry of the queue, however many they are.
  send(hub.catchUp());
  const leave = hub.listen(send);
  socket.once('close', leave);
  socket.on('error', () => undefined);
  socket.resume();
}

/** Lets each client read the last lines for a moment. */
function closeAll(server: Server, clients: ReadonlySet<Socket>): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    for (const socket of clients) {
      socket.end();
      setTimeout(() => socket.destroy(), 200).unref();
    }
  });
}
