import { lstatSync, unlinkSync } from 'node:fs';
import { connect } from 'node:net';
import { Problem } from '../domain/problem.js';

/** A socket file that is ours; `remove` deletes it only while it still is the same file. */
export interface SocketFile {
  remove(): void;
}

/** Removes what is still there when the program leaves by a short way. */
const unremoved = new Set<() => void>();
let armed = false;

/** Remembers which file `path` is now, so that only that one is ever removed; at the latest when the program ends. */
export function ownSocketFile(path: string): SocketFile {
  const { dev, ino } = lstatSync(path);
  const remove = () => {
    unremoved.delete(remove);
    removeIfSame(path, dev, ino);
  };
  unremoved.add(remove);
  if (!armed) process.on('exit', removeAll);
  armed = true;
  return { remove };
}

function removeAll(): void {
  for (const remove of [...unremoved]) remove();
}

function removeIfSame(path: string, dev: number, ino: number): void {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined || found.dev !== dev || found.ino !== ino) return;
  try {
    unlinkSync(path);
  } catch {
    // Someone else removed it in between, or the folder was made read-only: the next start replaces it.
  }
}

/** Removes a stale socket of ours at `path`; anything else that is there is a Problem. Never follows a link. */
export async function makeWay(path: string): Promise<void> {
  const found = lstatSync(path, { throwIfNoEntry: false });
  if (found === undefined) return;
  const owner = process.getuid?.() ?? found.uid;
  if (found.isSymbolicLink()) throw inTheWay(path, 'is a symbolic link');
  if (!found.isSocket()) throw inTheWay(path, 'exists and is not a socket');
  if (found.uid !== owner) throw inTheWay(path, `belongs to another user (uid ${found.uid})`);
  if (await isAnswered(path)) {
    throw new Problem(
      'socket_taken',
      `another program answers on ${path}: end it (swictation stop) or set another path under [control]`,
    );
  }
  removeIfSame(path, found.dev, found.ino);
}

function inTheWay(path: string, what: string): Problem {
  return new Problem(
    'socket_in_the_way',
    `${path} ${what}: remove it or set another path under [control]`,
  );
}

/** True where a program accepts connections on the socket; EAGAIN is one whose queue is full. */
function isAnswered(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = connect(path);
    probe.once('error', (error) => resolve('code' in error && error.code === 'EAGAIN'));
    probe.once('connect', () => {
      probe.destroy();
      resolve(true);
    });
  });
}
