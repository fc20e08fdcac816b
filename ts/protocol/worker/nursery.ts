import { z } from 'zod';
import type { Device } from '../../domain/device.js';
import { decodeEventLine, type EventLine } from './event-line.js';

/** Longest line of the nursery in bytes (docs/wire.md). */
const MAX_NURSERY_LINE_BYTES = 64 * 1024;

export type ForkRole = 'ear' | 'cpu' | 'gpu' | 'probe';

export interface ForkOptions {
  readonly engine: 'embedded' | 'canary' | 'canary-fp32' | 'canary-int8' | 'sim';
  readonly device: Device;
  readonly threads: number;
  /** Name or path; null for the engine's own. */
  readonly model: string | null;
  readonly sim: SimulatedCard | null;
  /** What will be spoken, and what the text is to be: an engine that does not know it refuses to load. */
  readonly language: string;
  readonly translate_to: string;
}

/** The card that a worker models, MB of 10^6 bytes. */
export interface SimulatedCard {
  readonly total_mb: number;
  readonly context_mb: number;
  readonly stt_mb: number;
  readonly vad_mb: number;
  readonly activation_base_mb: number;
  readonly activation_mb_per_s: number;
  readonly others_mb: number;
}

export type NurseryCommand =
  | {
      readonly op: 'fork';
      readonly role: ForkRole;
      readonly generation: number;
      readonly ctl: string;
      readonly data: string;
      /** A part of the worker's identity: workers of an older daemon, or fork server, have another one. */
      readonly run: string;
      readonly options: Partial<ForkOptions>;
    }
  | { readonly op: 'kill'; readonly generation: number; readonly signal: 'TERM' | 'KILL' }
  /** Answered by `pong`, unless it imports. */
  | { readonly op: 'ping' }
  | { readonly op: 'quit' };

/** One line, newline included. */
export function encodeNurseryCommand(command: NurseryCommand): string {
  return `${JSON.stringify(command)}\n`;
}

const generation = z.int().min(0);
const pid = z.int().min(1);

const nurseryEventSchema = z.discriminatedUnion('event', [
  z.object({
    event: z.literal('ready'),
    engines: z.record(z.string(), z.boolean()),
    import_ms: z.number().min(0),
  }),
  z.object({ event: z.literal('forked'), generation, pid }),
  z.object({ event: z.literal('stopped'), generation, pid }),
  z.object({ event: z.literal('pong') }),
  z.object({
    event: z.literal('exited'),
    generation,
    pid,
    code: z.int().nullable(),
    signal: z.int().nullable(),
  }),
  z.object({
    event: z.literal('refused'),
    generation: generation.nullable(),
    message: z.string(),
  }),
]);

export type NurseryEvent = z.infer<typeof nurseryEventSchema>;

/** Reads one line, with or without its newline. Never throws. */
export function decodeNurseryEvent(line: string): EventLine<NurseryEvent> {
  if (Buffer.byteLength(line) > MAX_NURSERY_LINE_BYTES) {
    return { ok: false, message: `a line of more than ${MAX_NURSERY_LINE_BYTES} bytes` };
  }
  return decodeEventLine(nurseryEventSchema, line);
}
