import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { askDaemon } from '../../ts/control/client.js';
import { type Exit, type RunningProgram, startProgram } from '../../ts/system/process/process.js';
import { Follower } from './follower.js';
import { endWithLastWords } from './last-words.js';
import type { Workspace } from './workspace.js';

const DIST = fileURLToPath(new URL('../../dist/bin/', import.meta.url));
export const DAEMON = `${DIST}swictationd.js`;
export const CLIENT = `${DIST}swictation.js`;

/** Far beyond what a busy machine takes for an answer. */
const ANSWER_MS = 60_000;

export interface DaemonProcess {
  readonly pid: number;
  readonly program: RunningProgram;
  /** Its end, when all that it wrote is here, too. */
  readonly exited: Promise<Exit>;
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when stderr says so; rejects with all of stderr when the daemon ends first. */
  said(pattern: RegExp): Promise<void>;
  /** Resolves when no `event` that is wanted by now can be missed any more. */
  listening(): Promise<void>;
  /** Asked when it is listened to. */
  ask(action: string, fields?: Record<string, unknown>): Promise<Record<string, unknown>>;
  /** Resolves with the first event of the topic for which `wanted` holds. */
  event(
    topic: string,
    wanted?: (payload: Record<string, unknown>) => boolean,
  ): Promise<Record<string, unknown>>;
  /** TERM, and its exit. */
  stop(): Promise<Exit>;
  kill(): Promise<Exit>;
}

/** Starts the real daemon in its own workspace. */
export function startDaemon(
  workspace: Workspace,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): DaemonProcess {
  const program = startProgram(process.execPath, [DAEMON, ...args], {
    env: { ...workspace.env, ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  });
  const out: string[] = [];
  const err: string[] = [];
  const listeners = new Set<() => void>();
  const followers = new Set<Follower>();
  program.stdout?.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  program.stderr?.on('data', (chunk: Buffer) => {
    err.push(chunk.toString());
    for (const listener of listeners) listener();
  });
  const stderr = () => err.join('');
  const listening = async () => {
    for (const follower of followers) await follower.joined();
  };
  const exited = endWithLastWords(program).then((exit) => {
    for (const follower of followers) follower.close();
    return exit;
  });
  return {
    pid: program.pid ?? -1,
    program,
    exited,
    stdout: () => out.join(''),
    stderr,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (pattern.test(stderr())) resolve();
        };
        listeners.add(look);
        look();
        void exited.then(() => reject(new Error(`daemon ended: ${stderr()}`)));
      }),
    listening,
    ask: async (action, fields = {}) => {
      await listening();
      return askDaemon(workspace.commandEndpoint, { ...fields, action }, ANSWER_MS);
    },
    event: (topic, wanted = () => true) =>
      new Promise((resolve) => {
        const follower = new Follower(workspace.eventsEndpoint, [topic], ({ payload }) => {
          if (!wanted(payload)) return;
          followers.delete(follower);
          follower.close();
          resolve(payload);
        });
        followers.add(follower);
      }),
    stop: async () => {
      await program.terminate(ANSWER_MS);
      return exited;
    },
    kill: () => {
      program.signal('SIGKILL');
      return program.exited;
    },
  };
}

/** One request of the old control socket: everything that is answered until it is closed. */
export function askSocket(path: string, request: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    const answer: Buffer[] = [];
    socket.on('data', (chunk) => answer.push(chunk));
    socket.on('error', reject);
    socket.on('close', () => resolve(Buffer.concat(answer).toString()));
    socket.write(request);
  });
}

/** The text of a file, empty where there is none yet. */
export function textOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

/** Bytes of sound in a journal's folder. */
export function heardBytes(journalDir: string): number {
  if (!existsSync(journalDir)) return 0;
  const files = readdirSync(journalDir).filter((name) => !name.endsWith('.log'));
  const size = (name: string) =>
    statSync(join(journalDir, name), { throwIfNoEntry: false })?.size ?? 0;
  return files.reduce((sum, name) => sum + size(name), 0);
}

/** Processes that were started for this workspace and still live, by their command lines. */
export async function leftovers(workspace: Workspace): Promise<readonly string[]> {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      environmentOf(pid).includes(`XDG_STATE_HOME=${workspace.env.XDG_STATE_HOME}\0`),
    )
    .map((pid) => `${pid} ${commandOf(pid)}`)
    .filter((line) => !line.includes(' <defunct>'));
}

function environmentOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || '<defunct>';
  } catch {
    return '<defunct>';
  }
}
