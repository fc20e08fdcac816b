import { z } from 'zod';
import { Problem } from '../../domain/problem.js';
import { describeIssue } from '../describe.js';

const entrySchema = z.object({
  id: z.int(),
  at_epoch_s: z.number(),
  seconds: z.number(),
  /** Null where it was not recognised yet. */
  text: z.string().nullable(),
  reason: z.string(),
  may_already_be_typed: z.boolean(),
  pieces_done: z.int().default(0),
  /** What was typed before it in the same sentence. */
  typed_before: z.string().optional(),
  audio_path: z.string().nullable().default(null),
});
/** A recording whose text was not delivered. */
export type PendingItem = z.infer<typeof entrySchema>;

/** Result of the command `pending`. */
const listSchema = z.object({ pending: z.array(entrySchema) });

export function parsePendingList(value: unknown): PendingItem[] {
  const parsed = listSchema.safeParse(value);
  if (parsed.success) return parsed.data.pending;
  const issue = describeIssue(parsed.error, value);
  throw new Problem(
    'pending_invalid',
    `The daemon's answer was not understood (${issue}): restart the daemon, it may be of another version`,
  );
}
