import { join } from 'node:path';
import { z } from 'zod';
import type { Env } from '../../env.js';
import { askSocket, findSocket } from './ask-socket.js';
import type { Focus } from './focus.js';

const active = z.object({ address: z.string().optional(), class: z.string().optional() });
const devices = z.object({
  keyboards: z.array(z.object({ main: z.boolean().optional(), active_keymap: z.string() })),
});

export async function focusedInHyprland(env: Env): Promise<Focus> {
  const found = active.safeParse(await askHyprland(env, 'j/activewindow'));
  if (!found.success) return { kind: 'unknown' };
  const { address, class: appId } = found.data;
  if (address === undefined) return { kind: 'none' };
  return { kind: 'window', id: address, appId: appId ?? null };
}

export async function layoutInHyprland(env: Env): Promise<string | null> {
  const found = devices.safeParse(await askHyprland(env, 'j/devices'));
  const keyboards = found.data?.keyboards ?? [];
  return (keyboards.find(({ main }) => main === true) ?? keyboards[0])?.active_keymap ?? null;
}

/** The socket of hyprctl: a question, `j/` before it for JSON, an answer, and it is closed. */
async function askHyprland(env: Env, question: string): Promise<unknown> {
  const folder = join(env.XDG_RUNTIME_DIR ?? '/', 'hypr');
  const named = env.HYPRLAND_INSTANCE_SIGNATURE;
  const socket = named
    ? findSocket(env, '', join(folder, named), /^\.socket\.sock$/)
    : await findOnlyInstance(env, folder);
  const answer = socket === null ? null : await askSocket(socket, question);
  return answer === null ? null : JSON.parse(answer.toString('utf8'));
}

async function findOnlyInstance(env: Env, folder: string): Promise<string | null> {
  const { readdir } = await import('node:fs/promises');
  const names = await readdir(folder).catch(() => []);
  const sockets = names.map((name) => findSocket(env, '', join(folder, name), /^\.socket\.sock$/));
  const [only, ...others] = sockets.filter((socket) => socket !== null);
  return others.length === 0 ? (only ?? null) : null;
}
