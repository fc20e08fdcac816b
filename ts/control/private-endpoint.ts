import { chmodSync, lstatSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { Problem } from '../domain/problem.js';
import { findEndpointFlaw, ipcPath } from '../protocol/endpoint.js';
import { createFolder } from '../system/create-folder.js';
import { type BoundSocket, bindPrivately } from './private-socket.js';
import { adviceFor, messageOf } from './reason.js';

/** A ZeroMQ socket as far as listening goes. */
interface Bindable {
  bind(endpoint: string): Promise<void>;
  close(): void;
}

/** ZeroMQ deletes the path of a closed socket from a thread of its own, some time after `close`. */
const RELEASE_MS = 1_000;

/** A ZeroMQ socket that others find. */
export interface BoundEndpoint {
  /** As in `Listener`: none for an address that is no path. */
  readonly places: ReadonlyMap<string, () => Promise<void>>;
  close(): void;
}

/**
 * Binds a ZeroMQ socket where only this user can reach it. An `ipc://`
 * socket gets mode 0600 in a folder of mode 0700; what is in the way is treated as for any other socket,
 * because ZeroMQ itself would delete it. A Problem closes the socket.
 */
export async function bindEndpoint(socket: Bindable, endpoint: string): Promise<BoundEndpoint> {
  try {
    const flaw = findEndpointFlaw(endpoint);
    if (flaw !== null) throw new Error(flaw);
    const path = ipcPath(endpoint);
    if (path !== null) return await bindPath(socket, path);
    await socket.bind(endpoint);
    return { places: new Map(), close: () => socket.close() };
  } catch (error) {
    socket.close();
    if (error instanceof Problem) throw error;
    const message = `cannot listen on ${endpoint}: ${messageOf(error)}: ${adviceFor(error)}`;
    throw new Problem('socket_failed', message, { cause: error });
  }
}

async function bindPath(socket: Bindable, path: string): Promise<BoundEndpoint> {
  const bound: BoundSocket[] = [];
  const bind = async () => {
    const folder = dirname(path);
    createFolder(folder);
    makePrivate(folder);
    bound.push(await bindPrivately(path, (shortPath) => socket.bind(`ipc://${shortPath}`)));
  };
  await bind();
  return {
    places: new Map([[path, bind]]),
    close() {
      for (const each of bound) each.remove();
      socket.close();
      for (const each of bound) setTimeout(() => each.release(), RELEASE_MS).unref();
    },
  };
}

/** Folders that this program names itself; any other one is its owner's affair. */
const OWN_FOLDERS = ['swictation', 'run'];

function makePrivate(folder: string): void {
  const isOwn = OWN_FOLDERS.includes(basename(folder));
  const found = isOwn ? lstatSync(folder) : statSync(folder);
  const uid = process.getuid?.() ?? found.uid;
  if (!found.isDirectory() || (found.uid !== uid && found.uid !== 0)) {
    const message = `${folder} is not a folder of yours: remove it or set another path under [control]`;
    throw new Problem('socket_in_the_way', message);
  }
  if (isOwn && found.uid === uid && (found.mode & 0o077) !== 0) chmodSync(folder, 0o700);
}
