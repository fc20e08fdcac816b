import { z } from 'zod';
import { decodeEventLine, type EventLine } from './event-line.js';

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

/** Reads one line, with or without its newline. Never throws. */
export function decodeFetchEvent(line: string): EventLine<FetchEvent> {
  return decodeEventLine(fetchEventSchema, line);
}
