import { z } from 'zod';
import { FAULT_CLASSES } from '../../domain/fault.js';
import { PRESSURE_LEVELS } from '../../domain/memory.js';
import { Problem } from '../../domain/problem.js';
import { describeIssue } from '../describe.js';

const mb = z.number();
const seconds = z.number();
const wish = z.enum(['cpu', 'cuda', 'auto']);
/** `none`: the model is not loaded anywhere yet. */
const place = z.enum(['cpu', 'cuda', 'none']);

const models = z.object({
  stt: z.object({ device: place, engine: z.string().nullable(), simulated: z.boolean(), wish }),
  vad: z.object({ device: place, simulated: z.boolean(), wish }),
});

/** The card, and our own allocator on it; MB of 10^6 bytes. Own figures are null where no worker answered. */
const memory = z.object({
  total_mb: mb,
  used_mb: mb,
  others_mb: mb.nullable(),
  own_mb: mb.nullable(),
  free_mb: mb,
  allocated_mb: mb.nullable(),
  active_mb: mb.nullable(),
  reserved_mb: mb.nullable(),
  inactive_split_mb: mb.nullable(),
  largest_free_mb: mb.nullable(),
  /** reserved / allocated, 1 is unfragmented. */
  fragmentation_ratio: z.number().nullable(),
  simulated: z.boolean(),
});

const thresholds = z.object({ warning_mb: mb, critical_mb: mb, guard_mb: mb, emergency_mb: mb });

/** An engine on another machine; `reason`: why it is not used now. */
const remote = z.object({
  host: z.string(),
  state: z.string(),
  reason: z.string().nullable(),
  next_probe_s: z.number().nullable(),
});

const breaker = z.object({
  state: z.enum(['closed', 'open', 'half_open', 'isolated']),
  cause: z.enum(FAULT_CLASSES).nullable(),
  next_probe_s: seconds.nullable(),
});

const worker = z.object({
  role: z.string(),
  generation: z.int(),
  pid: z.int().nullable(),
  state: z.string(),
  rss_mb: mb.nullable(),
});

const ownProcess = z.object({
  name: z.string(),
  pid: z.int(),
  rss_mb: mb.nullable(),
  cpu_percent: z.number().nullable(),
});

/** A speech model that is fetched beside the dictation. Figures are null where they do not belong to the state. */
const modelFetch = z.object({
  model: z.string(),
  /** `waiting`: another attempt comes by itself; `failed`: somebody has to correct something first. */
  state: z.enum(['fetching', 'waiting', 'failed']),
  /** `fetching`, `waiting` (for another process that fetches the same), `checking`, `converting`. */
  phase: z.string().nullable(),
  done_mb: mb.nullable(),
  total_mb: mb.nullable(),
  next_attempt_s: seconds.nullable(),
  message: z.string().nullable(),
});

/** Result of the command `snapshot`: everything that `status`, `top` and `memory` show. */
const snapshotSchema = z.object({
  state: z.enum(['idle', 'recording', 'processing', 'error']),
  /** Length of the take that is being recorded, null while none is. */
  recording_s: seconds.nullable(),
  models,
  /** Null where no card is used. */
  memory: memory.nullable(),
  thresholds: thresholds.nullable(),
  level: z.enum(PRESSURE_LEVELS),
  breaker,
  /** Null: no sound leaves this machine. */
  remote: remote.nullable().optional(),
  /** Utterances that wait for a worker, and that a worker has. */
  queue: z.object({ waiting: z.int(), in_flight: z.int() }),
  degraded: z.object({ reason: z.string(), next_attempt_s: seconds.nullable() }).nullable(),
  /** Recordings whose text was not delivered. */
  pending: z.int(),
  microphone: z.object({
    state: z.string(),
    program: z.string().nullable(),
    message: z.string().nullable(),
  }),
  /** Null where the configured model is here, or none is wanted. */
  model_fetch: modelFetch.nullable().optional(),
  /** Who gives the keys of `[hotkeys]`, and which they are; null where none is set. */
  hotkeys: z
    .object({ by: z.enum(['portal', 'desktop']), detail: z.string() })
    .nullable()
    .optional(),
  workers: z.array(worker),
  processes: z.array(ownProcess),
  /** Messages of workers that could not be read; each harmed nothing. */
  malformed_messages: z.int().optional(),
  speculation: z
    .object({
      used: z.int(),
      dropped: z.int(),
      /** Engine time in milliseconds: of used guesses, of it before the end of the pause, of dropped ones, of all. */
      used_ms: z.number().optional(),
      saved_ms: z.number().optional(),
      dropped_ms: z.number().optional(),
      engine_ms: z.number().optional(),
    })
    .nullable(),
  session: z.object({ id: z.int(), words: z.int(), wpm: z.number() }).nullable(),
  /** One line each, for people. */
  warnings: z.array(z.string()),
  last_fault: z.object({ class: z.enum(FAULT_CLASSES), at: seconds }).nullable(),
});
export type Snapshot = z.infer<typeof snapshotSchema>;

/** The snapshot that a daemon answered; a `Problem` says which field is not as expected. */
export function parseSnapshot(value: unknown): Snapshot {
  const parsed = snapshotSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = describeIssue(parsed.error, value);
  throw new Problem(
    'snapshot_invalid',
    `The daemon's answer was not understood (${issue}): restart the daemon, it may be of another version`,
  );
}
