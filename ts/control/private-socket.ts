import { chmodSync, closeSync, constants, linkSync, mkdtempSync, openSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { dirname, join } from 'node:path';
import { Problem } from '../domain/problem.js';
import { findPathFlaw } from '../protocol/endpoint.js';
import { createFolder } from '../system/create-folder.js';
import { adviceFor, messageOf } from './reason.js';
import { makeWay, ownSocketFile, type SocketFile } from './socket-file.js';

/** Connections that may wait to be accepted; the kernel caps it at net.core.somaxconn. */
const BACKLOG = 1024;

/** A socket at its place. `release` when the server is closed. */
export interface BoundSocket extends SocketFile {
  release(): void;
}

/** Listens on `path`, see `bindPrivately`. */
export async function listenPrivately(server: Server, path: string): Promise<SocketFile> {
  try {
    const bound = await bindPrivately(path, (shortPath) => listen(server, shortPath));
    server.once('close', () => bound.release());
    return bound;
  } catch (error) {
    server.close();
    throw error;
  }
}

/**
 * Puts a socket at `path` with mode 0600 from the first moment: `bind` makes it inside a new 0700 folder
 * beside it, then it is linked to its name, so that no one can connect or swap the file in between. A stale
 * socket is replaced; a living one, a symlink, another file or another user's file is a Problem.
 */
export async function bindPrivately(
  path: string,
  bind: (shortPath: string) => Promise<void>,
): Promise<BoundSocket> {
  checkPath(path);
  try {
    createFolder(dirname(path));
    await makeWay(path);
    const release = await bindAndLink(path, bind);
    return { ...ownSocketFile(path), release };
  } catch (error) {
    if (error instanceof Problem) throw error;
    const message = `cannot open the socket ${path}: ${messageOf(error)}: ${adviceFor(error)}`;
    throw new Problem('socket_failed', message, { cause: error });
  }
}

async function bindAndLink(
  path: string,
  bind: (shortPath: string) => Promise<void>,
): Promise<() => void> {
  const folder = mkdtempSync(join(dirname(path), '.s-'));
  // Named by its descriptor, the socket's path is short however deep the folder is. The descriptor stays
  // open as long as the server, because closing a server deletes the path that it was bound to: this one,
  // which is gone by then, and never the socket that a next daemon has put at `path`.
  const descriptor = openSync(folder, constants.O_DIRECTORY | constants.O_RDONLY);
  try {
    await bind(`/proc/self/fd/${descriptor}/s`);
    chmodSync(join(folder, 's'), 0o600);
    linkSync(join(folder, 's'), path);
    return () => closeSync(descriptor);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Throws a Problem where the kernel could not hold the path. */
function checkPath(path: string): void {
  const flaw = findPathFlaw(path);
  if (flaw === null) return;
  const message = `socket path ${path}: ${flaw}: set another one under [control]`;
  throw new Problem('socket_path_invalid', message);
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen({ path, backlog: BACKLOG }, () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}
