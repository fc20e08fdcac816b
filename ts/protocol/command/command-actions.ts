import { z } from 'zod';
import { FAULT_CLASSES } from '../../domain/fault.js';

/** Longest recording of one `transcribe`, and of one message to a worker: 8 MiB are 4.3 minutes of s16le at 16 kHz. */
export const MAX_PCM_BYTES = 8 * 1024 * 1024;
/** Longest text of `transform`, in characters; the whole request has at most 64 KiB anyway. */
const MAX_TEXT_LENGTH = 64 * 1024;

const none = z.object({});

const pcm = z.custom<Buffer>(
  isPcm,
  'must be 2 to 8388608 bytes of s16le at 16 kHz, an even number (bytes need msgpack)',
);

function isPcm(value: unknown): boolean {
  if (!Buffer.isBuffer(value)) return false;
  return value.length >= 2 && value.length <= MAX_PCM_BYTES && value.length % 2 === 0;
}

/** A number, also as text: ids are typed by people. */
const pendingId = z
  .union(
    [z.int().min(0), z.string().regex(/^\d{1,15}$/)],
    'must be the number of a pending recording',
  )
  .transform(Number);

/** `utterance` names the recording; without it, the request's own `id` does. */
const pendingChoice = z
  .object({ utterance: pendingId.optional(), id: z.unknown().optional() })
  .transform((fields, context) => {
    if (fields.utterance !== undefined) return { id: fields.utterance };
    const parsed = pendingId.safeParse(fields.id);
    if (parsed.success) return { id: parsed.data };
    context.addIssue({
      code: 'custom',
      path: ['id'],
      message: 'must be the number of a pending recording',
    });
    return z.NEVER;
  });

const sim = z
  .object({
    others_mb: z.number().min(0).max(10_000_000).optional(),
    fault: z.enum(FAULT_CLASSES).optional(),
    leak_mb_per_min: z.number().min(0).max(1_000_000).optional(),
    driver: z.enum(['gone', 'back']).optional(),
  })
  .refine((fields) => Object.values(fields).some((value) => value !== undefined), {
    error: 'needs one of others_mb, fault, leak_mb_per_min, driver',
  });

/** Arguments of each action; what else a request holds is left out. */
export const ACTIONS = {
  toggle: none,
  start: none,
  stop_recording: none,
  cancel: none,
  status: none,
  shutdown: none,
  snapshot: none,
  migrate: z.object({ model: z.enum(['vad', 'stt']), device: z.enum(['cpu', 'cuda', 'auto']) }),
  empty_cache: none,
  transcribe: z.object({ pcm }),
  transform: z.object({ text: z.string().max(MAX_TEXT_LENGTH) }),
  decisions: z.object({ limit: z.int().min(1).max(10_000).default(20) }),
  pending: none,
  recent: none,
  pending_type: pendingChoice,
  pending_drop: pendingChoice,
  last: none,
  repeat: none,
  flush_history: none,
  sim,
} as const;

export type CommandAction = keyof typeof ACTIONS;
type Fields<A extends CommandAction> = z.infer<(typeof ACTIONS)[A]>;

/** A request whose arguments were checked. */
export type Command = { [A in CommandAction]: { readonly action: A } & Fields<A> }[CommandAction];

export function isAction(name: string): name is CommandAction {
  return Object.hasOwn(ACTIONS, name);
}
