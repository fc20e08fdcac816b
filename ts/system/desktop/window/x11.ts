import type { Env } from '../../env.js';
import { findOnPath } from '../../find-on-path.js';
import { runProgram } from '../../process/process.js';
import type { Focus } from './focus.js';

const ANSWER_MS = 1_000;

/** By xprop of X.Org, or by xdotool, whichever is there. A window manager has to tell (`_NET_ACTIVE_WINDOW`). */
export async function focusedInX11(env: Env): Promise<Focus> {
  if (findOnPath('xprop', env) === null) return await askXdotool(env);
  const root = await say('xprop', ['-root', '_NET_ACTIVE_WINDOW'], env);
  const id = /window id # (0x[0-9a-f]+)/.exec(root)?.[1];
  if (id === undefined) return { kind: 'unknown' };
  if (/^0x0$/.test(id)) return { kind: 'none' };
  const names = await say('xprop', ['-id', id, 'WM_CLASS'], env);
  const appId = /"([^"]*)"\s*$/.exec(names)?.[1] ?? null;
  return { kind: 'window', id, appId };
}

async function askXdotool(env: Env): Promise<Focus> {
  const id = /^\d+$/m.exec(await say('xdotool', ['getactivewindow'], env))?.[0];
  return id === undefined ? { kind: 'unknown' } : { kind: 'window', id, appId: null };
}

async function say(command: string, args: readonly string[], env: Env): Promise<string> {
  const how = { env: { ...env }, timeoutMs: ANSWER_MS, ifWeDie: 'swept' } as const;
  return (await runProgram(command, args, how)).stdout;
}
