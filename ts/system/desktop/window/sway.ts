import { endianness } from 'node:os';
import { z } from 'zod';
import type { Env } from '../../env.js';
import { askSocket, findSocket } from './ask-socket.js';
import type { Focus } from './focus.js';

/** Header of sway's and i3's protocol (sway-ipc(7)): magic, length of the rest, kind of message; in the machine's byte order. */
const MAGIC = Buffer.from('i3-ipc');
const HEADER_BYTES = MAGIC.length + 8;
const LITTLE = endianness() === 'LE';
const GET_TREE = 4;
const GET_INPUTS = 100;

interface Node {
  readonly id: number;
  readonly focused: boolean;
  readonly type: string;
  readonly app_id?: string | null | undefined;
  readonly window_properties?: { readonly class?: string | undefined } | undefined;
  readonly nodes: readonly Node[];
  readonly floating_nodes: readonly Node[];
}

const node: z.ZodType<Node> = z.lazy(() =>
  z.object({
    id: z.number(),
    focused: z.boolean(),
    type: z.string(),
    app_id: z.string().nullish(),
    window_properties: z.object({ class: z.string().optional() }).optional(),
    nodes: z.array(node),
    floating_nodes: z.array(node),
  }),
);

export async function focusedInSway(env: Env): Promise<Focus> {
  const tree = node.safeParse(await askSway(env, GET_TREE));
  if (!tree.success) return { kind: 'unknown' };
  const found = findFocused(tree.data);
  // An empty workspace has the focus where no window has it.
  if (found === null || !/con$/.test(found.type)) return { kind: 'none' };
  const appId = found.app_id ?? found.window_properties?.class ?? null;
  return { kind: 'window', id: String(found.id), appId };
}

const inputs = z.array(
  z.object({ type: z.string(), xkb_active_layout_name: z.string().nullish() }),
);

/** The name of the layout that its keyboards have now; null where it is not sway, or there is no keyboard. */
export async function layoutInSway(env: Env): Promise<string | null> {
  const found = inputs.safeParse(await askSway(env, GET_INPUTS));
  const keyboard = found.data?.find(({ type }) => type === 'keyboard');
  return keyboard?.xkb_active_layout_name ?? null;
}

function findFocused(from: Node): Node | null {
  if (from.focused) return from;
  for (const each of [...from.nodes, ...from.floating_nodes]) {
    const found = findFocused(each);
    if (found !== null) return found;
  }
  return null;
}

async function askSway(env: Env, kind: number): Promise<unknown> {
  const path = findSocket(env, 'SWAYSOCK', env.XDG_RUNTIME_DIR ?? '/', /^sway-ipc\..*\.sock$/);
  if (path === null) return null;
  const answer = await askSocket(path, header(kind), (heard) => heard.length >= wholeBytes(heard));
  if (answer === null || answer.length < HEADER_BYTES) return null;
  return JSON.parse(answer.toString('utf8', HEADER_BYTES));
}

function header(kind: number): Buffer {
  const numbers = Buffer.alloc(8);
  if (LITTLE) numbers.writeUInt32LE(kind, 4);
  else numbers.writeUInt32BE(kind, 4);
  return Buffer.concat([MAGIC, numbers]);
}

function wholeBytes(heard: Buffer): number {
  if (heard.length < HEADER_BYTES) return HEADER_BYTES;
  const at = MAGIC.length;
  return HEADER_BYTES + (LITTLE ? heard.readUInt32LE(at) : heard.readUInt32BE(at));
}
