import type { Socket } from 'node:net';
import { mostConnections } from '../system/process/open-files.js';
import { type Door, openDoor } from './door.js';
import type { Listener } from './handler.js';
import type { MetricsHub } from './metrics-hub.js';

/** Lines that may wait for one client; one more and it is dropped. */
const MAX_QUEUED_LINES = 256;
/** Clients of one socket at the same time; the one that came first gives way to the next. */
const MAX_CLIENTS = 256;

/** Broadcasts the hub's lines on each of the sockets. A client that does not read is dropped. */
export async function serveMetrics(paths: readonly string[], hub: MetricsHub): Promise<Listener> {
  const owners: Listener[] = [];
  const close = async () => {
    await Promise.all(owners.map((owner) => owner.close()));
  };
  try {
    for (const path of paths) owners.push(await serveOne(path, hub));
  } catch (error) {
    await close();
    throw error;
  }
  return { close, places: new Map(owners.flatMap(({ places }) => [...places])) };
}

async function serveOne(path: string, hub: MetricsHub): Promise<Listener> {
  const most = Math.min(MAX_CLIENTS, mostConnections());
  const clients = new Set<Socket>();
  const door = await openDoor(path, (socket) => {
    for (const oldest of clients) if (clients.size >= most) drop(oldest, clients);
    clients.add(socket);
    socket.once('close', () => clients.delete(socket));
    serveClient(socket, hub);
  });
  return { places: new Map([[path, () => door.renew()]]), close: () => closeAll(door, clients) };
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
async function closeAll(door: Door, clients: ReadonlySet<Socket>): Promise<void> {
  const closed = door.close();
  for (const socket of clients) {
    socket.end();
    setTimeout(() => socket.destroy(), 200).unref();
  }
  await closed;
}
