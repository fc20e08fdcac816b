import type { Env } from '../../env.js';
import { findOnPath } from '../../find-on-path.js';
import { type RunResult, runProgram } from '../../process/process.js';
import type { Focus } from './focus.js';

const ANSWER_MS = 1_000;

/** By xprop of X.Org, or by xdotool, whichever is there. A window manager has to tell (`_NET_ACTIVE_WINDOW`). */
export async function focusedInX11(env: Env): Promise<Focus> {
  if (findOnPath('xprop', env) === null) return await askXdotool(env);
  const root = await say('xprop', ['-root', '_NET_ACTIVE_WINDOW'], env);
  const id = /window id # (0x[0-9a-f]+)/.exec(root)?.[1];
  if (id === undefined) return { kind: 'unknown' };
  if (/^0x0$/.test(id)) return { kind: 'none' };
  // Some window managers (openbox) go on naming the last window after it was closed.
  const names = await ask('xprop', ['-id', id, 'WM_CLASS'], env);
  if (isGone(names)) return { kind: 'none' };
  const appId = /"([^"]*)"\s*$/.exec(names.stdout)?.[1] ?? null;
  return { kind: 'window', id, appId };
}

async function askXdotool(env: Env): Promise<Focus> {
  const id = /^\d+$/m.exec(await say('xdotool', ['getactivewindow'], env))?.[0];
  if (id === undefined) return { kind: 'unknown' };
  if (isGone(await ask('xdotool', ['getwindowname', id], env))) return { kind: 'none' };
  return { kind: 'window', id, appId: null };
}

/** The X server's word that there is no such window. */
function isGone({ stderr }: RunResult): boolean {
  return stderr.includes('BadWindow');
}

async function say(command: string, args: readonly string[], env: Env): Promise<string> {
  return (await ask(command, args, env)).stdout;
}

function ask(command: string, args: readonly string[], env: Env): Promise<RunResult> {
  return runProgram(command, args, { env: { ...env }, timeoutMs: ANSWER_MS, ifWeDie: 'swept' });
}
