import { z } from 'zod';
import { describeIssue } from './describe.js';

const bytes = z.int().min(0);

const fetchEventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('progress'), done_bytes: bytes, total_bytes: bytes }),
  z.object({ event: z.literal('phase'), phase: z.string().max(100) }),
  z.object({
    event: z.literal('done'),
    path: z.string(),
    size_bytes: bytes,
    sha256: z.string().max(64),
  }),
  z.object({ event: z.literal('failed'), message: z.string().max(2_000), again: z.boolean() }),
]);

/** What the process that fetches a model says (docs/wire.md). `again`: another attempt may succeed by itself. */
export type FetchEvent = z.infer<typeof fetchEventSchema>;

export type FetchEventResult =
  | { readonly ok: true; readonly event: FetchEvent }
  | { readonly ok: false; readonly message: string };

/** Reads one line, with or without its newline. Never throws. */
export function decodeFetchEvent(line: string): FetchEventResult {
  const value = parseJson(line);
  const parsed = fetchEventSchema.safeParse(value);
  if (parsed.success) return { ok: true, event: parsed.data };
  return {
    ok: false,
    message: value === undefined ? 'not JSON' : describeIssue(parsed.error, value),
  };
}

/** The value of a JSON text, undefined where it is none. */
function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
