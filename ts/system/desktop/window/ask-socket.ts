import { readdirSync } from 'node:fs';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import type { Env } from '../../env.js';
import { isSocket } from '../display.js';

/** A compositor answers within a few milliseconds; typing does not wait for one that hangs. */
const ANSWER_MS = 500;

/** Writes a question to a socket and collects until `isWhole`, or until it is closed; null where that takes too long. */
export function askSocket(
  path: string,
  question: Buffer | string,
  isWhole: (heard: Buffer) => boolean = () => false,
): Promise<Buffer | null> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    let heard = Buffer.alloc(0);
    const finish = (answer: Buffer | null) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(ANSWER_MS, () => finish(null));
    socket.on('error', () => finish(null));
    socket.on('connect', () => socket.write(question));
    socket.on('close', () => finish(heard));
    socket.on('data', (chunk) => {
      heard = Buffer.concat([heard, chunk]);
      if (isWhole(heard)) finish(heard);
    });
  });
}

/**
 * The compositor's socket: as `variable` says, or where a service that started before the compositor finds one: the only socket of that
 * name in `folder`.
 */
export function findSocket(
  env: Env,
  variable: string,
  folder: string,
  name: RegExp,
): string | null {
  const named = env[variable];
  if (named) return isSocket(named) ? named : null;
  try {
    const found = readdirSync(folder).filter((each) => name.test(each));
    const [only, ...others] = found.map((each) => join(folder, each)).filter(isSocket);
    return others.length === 0 ? (only ?? null) : null;
  } catch {
    return null;
  }
}
