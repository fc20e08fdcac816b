import { z } from 'zod';
import type { PendingReason } from '../../domain/state.js';

const REASONS = [
  'daemon_restarted',
  'may_already_be_typed',
  'injector_failed',
  'window_changed',
  'screen_locked',
  'in_clipboard',
  'cancelled',
  'transcription_failed',
  'shutdown',
] as const satisfies readonly PendingReason[];

const count = z.number().int().nonnegative();
/** Each record about an utterance says where its audio is, so that it stands when others are damaged. */
const utterance = { id: count, recording: count, from: count, to: count, at: z.number() };

const schema = z.discriminatedUnion('t', [
  z.object({ t: z.literal('start'), v: z.literal(1), utterance: count, recording: count }),
  z.object({ t: z.literal('recording'), recording: count, at: z.number() }),
  z.object({ t: z.literal('released'), recording: count, below: count }),
  z.object({ t: z.literal('ended'), recording: count }),
  z.object({ t: z.literal('recorded'), ...utterance, after: z.string().optional() }),
  z.object({
    t: z.literal('transcribed'),
    ...utterance,
    text: z.string(),
    device: z.string(),
    engine: z.string(),
  }),
  z.object({ t: z.literal('delivering'), ...utterance }),
  z.object({ t: z.literal('progressed'), ...utterance, pieces: count }),
  z.object({ t: z.literal('delivered'), ...utterance, keep_h: z.number().positive().optional() }),
  z.object({ t: z.literal('pending'), ...utterance, reason: z.enum(REASONS), typed: z.boolean() }),
  z.object({ t: z.literal('dropped'), ...utterance }),
]);

/** One change of the journal, as docs/journal-format.md lists them. */
export type JournalRecord = z.infer<typeof schema>;
/** A record about one utterance. */
export type UtteranceRecord = Extract<JournalRecord, { id: number }>;

/** The `t` of every record. @forTests The page of the format is held to it. */
export const RECORD_TYPES: readonly string[] = schema.options.map((each) => each.shape.t.value);

/** The record in `json`, or null where it is none that this version knows. */
export function parseRecord(json: string): JournalRecord | null {
  try {
    const parsed = schema.safeParse(JSON.parse(json));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}
