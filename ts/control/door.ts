import { createServer, type Server, type Socket } from 'node:net';
import { listenPrivately } from './private-socket.js';
import type { SocketFile } from './socket-file.js';

/** A path at which connections are taken. */
export interface Door {
  /** Its file was removed: it is listened at the same path again, whoever is connected stays so. */
  renew(): Promise<void>;
  /** Takes no more connections; resolves when all that it took are closed. */
  close(): Promise<void>;
}

/**
 * Half-open: a client that closes its writing side, as `nc` without input does, still wants to read. Throws a Problem
 * where nobody can listen there.
 */
export async function openDoor(path: string, enter: (socket: Socket) => void): Promise<Door> {
  const servers: { readonly server: Server; readonly file: SocketFile }[] = [];
  const listen = async () => {
    const server = createServer({ allowHalfOpen: true }, enter);
    const file = await listenPrivately(server, path);
    // An accept that fails (too many open files) must not end the daemon; the client tries again.
    server.on('error', () => undefined);
    servers.push({ server, file });
  };
  await listen();
  return {
    renew: async () => {
      await listen();
      servers.at(-2)?.server.close();
    },
    close: async () => {
      for (const { file } of servers) file.remove();
      await Promise.all(servers.map(({ server }) => closed(server)));
    },
  };
}

function closed(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}
