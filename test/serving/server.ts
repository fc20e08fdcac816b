import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../../ts/domain/problem.js';
import { acquireLock, type Lock } from '../../ts/system/lock.js';
import { type Exit, startProgram } from '../../ts/system/process/process.js';
import { freePort } from '../support/free-port.js';
import { endWithLastWords } from '../support/last-words.js';

const PYTHON = resolve('.venv-serve/bin/python');
const READY_MS = 150_000;

/** Why the server can't be tried here; null where it can. */
export const NO_SERVER = existsSync(resolve('.venv-serve/.swictation'))
  ? null
  : 'the server is not installed here (.venv-serve): scripts/setup.sh serve';

export interface SpeechServer {
  readonly url: string;
  readonly port: number;
  readonly pid: number;
  readonly exited: Promise<Exit>;
  stdout(): string;
  stderr(): string;
  /** To the program itself, as Ctrl+C in a terminal that is not its processes'. */
  signal(signal: NodeJS.Signals): void;
  /** To it and to all that it started. */
  signalAll(signal: NodeJS.Signals): void;
  stop(): Promise<Exit>;
}

/** The real server in real processes. */
export async function startServer(
  args: readonly string[],
  port?: number,
  env: NodeJS.ProcessEnv = {},
): Promise<SpeechServer> {
  const turn = await waitForTurn();
  const chosen = port ?? (await freePort());
  const server = launch(['--port', String(chosen), ...args], env);
  void server.exited.then(() => turn.release());
  const ready = server.said(/listening at/);
  const late = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error(`not ready in time: ${server.stderr()}`)), READY_MS).unref();
  });
  await Promise.race([ready, late]);
  return { ...server, url: `http://127.0.0.1:${chosen}`, port: chosen };
}

/** One at a time: a server has two processes that compute, and files of tests run beside each other. */
async function waitForTurn(): Promise<Lock> {
  for (;;) {
    try {
      return acquireLock(
        '/tmp/swictation-serving-tests',
        () => new Problem('busy', 'another one runs'),
      );
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      await sleep(500);
    }
  }
}

/** As it comes: it may refuse to start. */
export function launch(args: readonly string[], env: NodeJS.ProcessEnv = {}, site = true) {
  const flags = site ? [] : ['-S'];
  const program = startProgram(PYTHON, [...flags, '-m', 'serving', ...args], {
    env: { ...process.env, PYTHONPATH: resolve('py-worker'), ...env },
    cwd: resolve('.'),
    stdout: 'pipe',
    stderr: 'pipe',
    ifWeDie: 'killed',
  });
  const out: string[] = [];
  const err: string[] = [];
  program.stdout?.on('data', (chunk: Buffer) => out.push(chunk.toString()));
  program.stderr?.on('data', (chunk: Buffer) => err.push(chunk.toString()));
  const stderr = () => err.join('');
  const exited = endWithLastWords(program);
  const said = (pattern: RegExp) =>
    new Promise<void>((done, fail) => {
      program.stderr?.on('data', () => pattern.test(stderr()) && done());
      void exited.then(() => fail(new Error(`the server ended: ${stderr()}`)));
    });
  const pid = program.pid ?? -1;
  return {
    pid,
    exited,
    stdout: () => out.join(''),
    stderr,
    said,
    signal: (signal: NodeJS.Signals) => process.kill(pid, signal),
    signalAll: (signal: NodeJS.Signals) => void program.signal(signal),
    stop: () => program.terminate(60_000),
  };
}
