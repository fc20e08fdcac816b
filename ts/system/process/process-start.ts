import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { CHILD_FOLDER, childEnvironment, resolveCommand } from './child-setting.js';
import { withDeathSignal } from './death-signal.js';
import { describeExit, describeStartFailure, type Exit } from './process-exit.js';
import { forgetChild, rememberChild, signalGroup } from './process-registry.js';
import { endProgram } from './process-terminate.js';
import { currentRun, encodeRunMark, PARENT_VARIABLE, RUN_VARIABLE } from './run-mark.js';

/**
 * What becomes of a child where this program is killed before it can end it, however the child stands then.
 * `lives_on`: a clipboard's owner. `ends_itself`: a Python module of ours, which asks the kernel for it. `killed`: any other
 * program that runs for long. `swept`: a short one; the next daemon's start ends it if it is still there.
 */
export type IfWeDie = 'lives_on' | 'ends_itself' | 'killed' | 'swept';

export interface StartOptions {
  /** Default `lives_on`. */
  readonly ifWeDie?: IfWeDie;
  /** The whole environment of the child; left out, it is ours. Relative folders in its PATH are left out. */
  readonly env?: NodeJS.ProcessEnv;
  readonly stdin?: 'pipe' | 'ignore' | 'inherit';
  readonly stdout?: 'pipe' | 'ignore' | 'inherit';
  readonly stderr?: 'pipe' | 'ignore' | 'inherit';
  /** Left out, it is the root folder, never ours. */
  readonly cwd?: string;
}

/** A started program. Streams are null where `options` did not ask for a pipe. */
export interface RunningProgram {
  readonly pid: number | undefined;
  /** A broken pipe on it is no error here: `exited` tells. */
  readonly stdin: Writable | null;
  readonly stdout: Readable | null;
  readonly stderr: Readable | null;
  /** Never rejects. Its output may still hold data then: read until the stream ends. */
  readonly exited: Promise<Exit>;
  /** Signals the program and all that it started; false when it has ended already. */
  signal(signal: NodeJS.Signals): boolean;
  /**
   * TERM, and KILL after `graceMs`; what the program started ends with it. Resolves within `graceMs` + 2 s even where the kernel can't end the
   * process yet (a call stuck in a driver): that counts as signalled.
   */
  terminate(graceMs: number): Promise<Exit>;
}

/**
 * Starts a program without a shell, as leader of its own process group, so that a key press in our terminal
 * does not reach it. Streams that are not asked for are ignored. Never throws: see `exited`.
 */
export function startProgram(
  command: string,
  args: readonly string[],
  options: StartOptions = {},
): RunningProgram {
  try {
    return watchChild(command, spawnChild(command, args, options));
  } catch (cause) {
    return neverStarted(describeStartFailure(command, cause));
  }
}

function spawnChild(command: string, args: readonly string[], options: StartOptions): ChildProcess {
  const { stdin = 'ignore', stdout = 'ignore', stderr = 'ignore', ifWeDie = 'lives_on' } = options;
  const env = childEnvironment(options.env ?? process.env);
  const program = resolveCommand(command, env);
  if (program === null) throw Object.assign(new Error('not on PATH'), { code: 'ENOENT' });
  const line = ifWeDie === 'killed' ? withDeathSignal(program, args, env) : { program, args };
  return spawn(line.program, [...line.args], {
    stdio: [stdin, stdout, stderr],
    detached: true,
    shell: false,
    env: { ...env, ...marksFor(ifWeDie) },
    cwd: options.cwd ?? CHILD_FOLDER,
  });
}

function marksFor(ifWeDie: IfWeDie): NodeJS.ProcessEnv {
  if (ifWeDie === 'lives_on') return {};
  const mark = { [RUN_VARIABLE]: encodeRunMark(currentRun()) };
  return ifWeDie === 'ends_itself' ? { ...mark, [PARENT_VARIABLE]: String(process.pid) } : mark;
}

function watchChild(command: string, child: ChildProcess): RunningProgram {
  const pid = child.pid;
  let live = pid !== undefined;
  if (pid !== undefined) rememberChild(pid);
  const exited = awaitExit(command, child).then((exit) => {
    live = false;
    if (pid !== undefined) forgetChild(pid);
    return exit;
  });
  const signal = (name: NodeJS.Signals) => live && pid !== undefined && signalGroup(pid, name);
  // Only just after the end of its leader: the group keeps the number for as long as anything is left in it.
  const sweep = () => pid !== undefined && signalGroup(pid, 'SIGKILL');
  const release = () => child.unref();
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.on('error', () => {});
  return {
    pid,
    // Node leaves them out where it had no descriptor for them.
    stdin: child.stdin ?? null,
    stdout: child.stdout ?? null,
    stderr: child.stderr ?? null,
    exited,
    signal,
    terminate: (graceMs) =>
      live ? endProgram({ exited, signal, sweep, release }, graceMs) : exited,
  };
}

/** `error` may follow a successful start (a failed kill); only the one without a pid is the end. */
function awaitExit(command: string, child: ChildProcess): Promise<Exit> {
  return new Promise((resolve) => {
    child.once('exit', (code, signal) => resolve(describeExit(code, signal)));
    child.on('error', (cause) => {
      if (child.pid === undefined) resolve(describeStartFailure(command, cause));
    });
  });
}

function neverStarted(exit: Exit): RunningProgram {
  return {
    pid: undefined,
    stdin: null,
    stdout: null,
    stderr: null,
    exited: Promise.resolve(exit),
    signal: () => false,
    terminate: () => Promise.resolve(exit),
  };
}
