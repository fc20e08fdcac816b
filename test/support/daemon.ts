import { existsSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { fileURLToPath } from 'node:url';
import { askDaemon, followEvents } from '../../ts/control/client.js';
import { type Exit, type RunningProgram, startProgram } from '../../ts/system/process/process.js';
import type { Workspace } from './workspace.js';

const DIST = fileURLToPath(new URL('../../dist/bin/', import.meta.url));
export const DAEMON = `${DIST}swictationd.js`;
export const CLIENT = `${DIST}swictation.js`;

export interface DaemonProcess {
  readonly pid: number;
  readonly program: RunningProgram;
  readonly exited: Promise<Exit>;
  /** What it wrote so far. */
  stdout(): string;
  stderr(): string;
  /** Resolves when stderr says so; rejects with all of stderr when the daemon ends first. */
  said(pattern: RegExp): Promise<void>;
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
  program.stdout?.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  program.stderr?.on('data', (chunk: Buffer) => {
    err.push(chunk.toString());
    for (const listener of listeners) listener();
  });
  const stderr = () => err.join('');
  return {
    pid: program.pid ?? -1,
    program,
    exited: program.exited,
    stdout: () => out.join(''),
    stderr,
    said: (pattern) =>
      new Promise((resolve, reject) => {
        const look = () => {
          if (pattern.test(stderr())) resolve();
        };
        listeners.add(look);
        look();
        void program.exited.then(() => reject(new Error(`daemon ended: ${stderr()}`)));
      }),
    ask: (action, fields = {}) =>
      askDaemon(workspace.commandEndpoint, { ...fields, action }, 20_000),
    event: (topic, wanted = () => true) => firstEvent(workspace, topic, wanted),
    stop: () => program.terminate(20_000),
    kill: () => {
      program.signal('SIGKILL');
      return program.exited;
    },
  };
}

async function firstEvent(
  workspace: Workspace,
  topic: string,
  wanted: (payload: Record<string, unknown>) => boolean,
): Promise<Record<string, unknown>> {
  const ending = new AbortController();
  try {
    for await (const { payload } of followEvents(
      workspace.eventsEndpoint,
      [topic],
      ending.signal,
    )) {
      if (wanted(payload)) return payload;
    }
  } finally {
    ending.abort();
  }
  throw new Error(`no event ${topic} came`);
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

/** Processes that were started for this workspace and still live, by their command lines. */
export async function leftovers(workspace: Workspace): Promise<readonly string[]> {
  const { readdirSync } = await import('node:fs');
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
