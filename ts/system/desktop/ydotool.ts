import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { Env } from '../env.js';
import { findOnPath } from '../find-on-path.js';
import { runProgram } from '../process/process.js';
import { isSocket } from './display.js';
import { isServed } from './unix-sockets.js';

/**
 * Which ydotool this is. `words`: 0.1 (Debian 12, Ubuntu 22.04 and 24.04), which takes the names of keys, knows no other
 * socket than /tmp/.ydotool_socket and exits with 0 whatever happens. `codes`: 1.0 and newer, which takes the numbers
 * of keys; some of them can hold a key for a time. `unknown`: it does not say.
 */
export type Ydotool =
  | { readonly kind: 'missing' | 'unknown' }
  | { readonly kind: 'words' }
  | { readonly kind: 'codes'; readonly keyHold: boolean };

const ANSWER_MS = 3_000;
/** What 0.1 lists among its commands, and no newer one. */
const FIRST_GENERATION = /^\s+recorder$/m;
const ANY_GENERATION = /^\s+type$/m;

/** Asks the ydotool on PATH what it is; neither question types anything or needs its daemon. */
export async function findYdotool(env: Env): Promise<Ydotool> {
  const file = findOnPath('ydotool', env);
  return file === null ? { kind: 'missing' } : await examine(file, env);
}

/** The same for whoever asks before each text: it is found out once for each file. */
export function rememberYdotool(env: Env): () => Promise<Ydotool> {
  let last: { readonly key: string; readonly ydotool: Ydotool } | null = null;
  return async () => {
    const file = findOnPath('ydotool', env);
    if (file === null) return { kind: 'missing' };
    const key = `${file} ${statSync(file, { throwIfNoEntry: false })?.mtimeMs}`;
    if (last?.key === key) return last.ydotool;
    const ydotool = await examine(file, env);
    if (ydotool.kind !== 'unknown') last = { key, ydotool };
    return ydotool;
  };
}

async function examine(file: string, env: Env): Promise<Ydotool> {
  const help = await askHelp(file, ['--help'], env);
  if (!ANY_GENERATION.test(help)) return { kind: 'unknown' };
  if (FIRST_GENERATION.test(help)) return { kind: 'words' };
  // Here it asks for its daemon first; without one it can't be used anyway.
  return {
    kind: 'codes',
    keyHold: (await askHelp(file, ['type', '--help'], env)).includes('key-hold'),
  };
}

/** Some print it to stdout, some to stderr, with either exit code. */
async function askHelp(file: string, args: readonly string[], env: Env): Promise<string> {
  const { stdout, stderr } = await runProgram(file, args, {
    env: { ...env },
    timeoutMs: ANSWER_MS,
  });
  return `${stdout}\n${stderr}`;
}

/** Where this ydotool looks for its daemon. */
export function ydotoolSocket({ kind }: Ydotool, env: Env): string {
  const usual = env.SWICTATION_YDOTOOL_SOCKET || '/tmp/.ydotool_socket';
  if (kind === 'words') return usual;
  if (env.YDOTOOL_SOCKET) return env.YDOTOOL_SOCKET;
  return env.XDG_RUNTIME_DIR ? join(env.XDG_RUNTIME_DIR, '.ydotool_socket') : usual;
}

/** Null where its daemon runs, else what is wrong. */
export function ydotoolObstacle(ydotool: Ydotool, env: Env): string | null {
  if (ydotool.kind === 'missing') return 'ydotool is not installed';
  if (ydotool.kind === 'unknown') return 'ydotool does not say which version it is';
  const socket = ydotoolSocket(ydotool, env);
  const name = ydotool.kind === 'words' ? 'ydotool 0.1' : 'ydotool';
  if (!isSocket(socket)) return `${name} has no daemon: ydotoold is not running (no ${socket})`;
  return isServed(socket) ? null : `${name} has no daemon: ydotoold has ended (${socket} is left)`;
}
