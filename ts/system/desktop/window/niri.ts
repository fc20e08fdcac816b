import { z } from 'zod';
import type { Env } from '../../env.js';
import { askSocket, findSocket } from './ask-socket.js';
import type { Focus } from './focus.js';

const focused = z.object({
  Ok: z.object({
    FocusedWindow: z.object({ id: z.number(), app_id: z.string().nullish() }).nullable(),
  }),
});
const layouts = z.object({
  Ok: z.object({
    KeyboardLayouts: z.object({ names: z.array(z.string()), current_idx: z.number() }),
  }),
});

export async function focusedInNiri(env: Env): Promise<Focus> {
  const found = focused.safeParse(await askNiri(env, 'FocusedWindow'));
  if (!found.success) return { kind: 'unknown' };
  const { FocusedWindow: window } = found.data.Ok;
  if (window === null) return { kind: 'none' };
  return { kind: 'window', id: String(window.id), appId: window.app_id ?? null };
}

export async function layoutInNiri(env: Env): Promise<string | null> {
  const found = layouts.safeParse(await askNiri(env, 'KeyboardLayouts'));
  const known = found.data?.Ok.KeyboardLayouts;
  return known?.names[known.current_idx] ?? null;
}

/** One JSON line there, one back (niri-ipc). */
async function askNiri(env: Env, question: string): Promise<unknown> {
  const path = findSocket(env, 'NIRI_SOCKET', env.XDG_RUNTIME_DIR ?? '/', /^niri\..*\.sock$/);
  if (path === null) return null;
  const line = `${JSON.stringify(question)}\n`;
  const answer = await askSocket(path, line, (heard) => heard.includes(0x0a));
  return answer === null ? null : JSON.parse(answer.toString('utf8'));
}
