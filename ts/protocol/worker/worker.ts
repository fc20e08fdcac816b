import { z } from 'zod';
import type { Device, Model } from '../../domain/device.js';
import { FAULT_CLASSES, type FaultClass } from '../../domain/fault.js';
import { describeIssue } from '../describe.js';
import { decodeMsgpack, encodeMsgpack } from '../msgpack.js';
import { workerMemorySchema } from './worker-memory.js';

/** Limits of docs/wire.md. @forTests */
export const MAX_HEADER_BYTES = 64 * 1024;
const MAX_EAR_STATE_BYTES = 8 * 1024;

type AudioFormat = 's16le' | 'f32le';

/** Requests of the `ctl` channel. Field names are those of the wire; `type` comes first by convention. */
type CtlToWorker =
  | { readonly type: 'load'; readonly id: number; readonly model: Model; readonly device: Device }
  | { readonly type: 'place'; readonly id: number; readonly model: Model; readonly device: Device }
  | { readonly type: 'drop'; readonly id: number; readonly model: Model }
  | { readonly type: 'empty_cache' | 'memory' | 'probe'; readonly id: number }
  /** A text with punctuation, as it was said; answered by `done` with the text. */
  | {
      readonly type: 'spoken_form';
      readonly id: number;
      readonly text: string;
      readonly language?: string;
    }
  | ({ readonly type: 'sim'; readonly id: number } & SimulatedWorld);

/** What a simulated card is told, any of them. */
export interface SimulatedWorld {
  readonly others_mb?: number;
  readonly fault?: FaultClass;
  readonly leak_mb_per_min?: number;
  readonly driver?: 'gone' | 'back';
}

/** What is wanted of a text beside its words; docs/wire.md. */
export interface TextWishes {
  /** With the engine's own signs and capitals as well. */
  readonly written?: true;
  readonly language?: string;
  readonly translate_to?: string;
  readonly vocabulary?: readonly string[];
}

/** Requests of the `data` channel; the audio follows as one raw frame of its own. */
type DataToWorker =
  | ({
      readonly type: 'transcribe';
      readonly id: number;
      readonly format: AudioFormat;
      readonly window_s: number;
      /** With the second in which each word begins. */
      readonly timed?: true;
    } & TextWishes)
  | {
      readonly type: 'score';
      readonly id: number;
      readonly format: AudioFormat;
      readonly state: Buffer | null;
    };

export type ToWorker = CtlToWorker | DataToWorker;
/** A request before it has its id. */
export type ToWorkerBody = WithoutId<ToWorker>;
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

/** The msgpack header frame of a request. Throws a RangeError above 64 KiB, which no valid request reaches. */
export function encodeHeader(message: ToWorker): Buffer {
  const header = encodeMsgpack(message);
  if (header.length > MAX_HEADER_BYTES) throw new RangeError(`header of ${header.length} bytes`);
  return header;
}

const id = z.int().min(0);
const generation = z.int().min(0);
const ms = z.number().min(0);
const seconds = z.number().min(0);
const device = z.enum(['cpu', 'cuda']);
const memory = workerMemorySchema.nullable();
const earState = z.custom<Buffer>(
  (value) => Buffer.isBuffer(value) && value.length <= MAX_EAR_STATE_BYTES,
  `must be at most ${MAX_EAR_STATE_BYTES} bytes`,
);

const fromWorkerSchema = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('hello'),
    v: z.literal(1),
    role: z.enum(['ear', 'cpu', 'gpu', 'probe']),
    generation,
    pid: z.int().min(1),
  }),
  z.object({
    type: z.literal('heartbeat'),
    generation,
    job: id.nullable(),
    rss_mb: z.number().min(0),
  }),
  z.object({ type: z.literal('phase'), id, phase: z.string().max(100) }),
  z.object({
    type: z.literal('done'),
    id,
    memory: memory.optional(),
    memory_before: memory.optional(),
    load_ms: ms.optional(),
    engine: z.string().max(200).optional(),
    text: z.string().optional(),
    written: z.string().optional(),
  }),
  z.object({
    type: z.literal('error'),
    id: id.nullable(),
    fault: z.enum(FAULT_CLASSES).nullable(),
    code: z.string().max(100),
    message: z.string(),
  }),
  z.object({
    type: z.literal('text'),
    id,
    text: z.string(),
    device,
    engine: z.string().max(200),
    stt_ms: ms,
    audio_s: seconds,
    memory,
    need_mb: z.number().nullable(),
    segments: z.array(z.object({ start_s: seconds, end_s: seconds, text: z.string() })),
    sentence_end: z.boolean().nullable().optional(),
    covered_until_s: seconds.nullable().optional(),
    written: z.string().optional(),
    words: z
      .array(
        z.object({
          text: z.string(),
          written: z.string(),
          start_s: seconds,
          probability: z.number().min(0).max(1),
        }),
      )
      .optional(),
  }),
  z.object({
    type: z.literal('scores'),
    id,
    probabilities: z.array(z.number().min(0).max(1)).min(1).max(512),
    state: earState,
    device,
  }),
]);

/** Every message of a worker; fields of `done` are there as its request promises them. */
export type FromWorker = z.infer<typeof fromWorkerSchema>;

/** What a request that succeeded is answered with. */
export type WorkerAnswer = Extract<FromWorker, { type: 'done' | 'text' | 'scores' }>;

type FromWorkerCode = 'unexpected_frames' | 'header_too_large' | 'invalid_message';

export type FromWorkerResult =
  | { readonly ok: true; readonly message: FromWorker }
  | {
      readonly ok: false;
      readonly code: FromWorkerCode;
      readonly message: string;
      /** The request that it would have answered, where that much can be read. */
      readonly id: number | null;
    };

/** Reads the frames of one message (without the ROUTER's identity). Never throws. */
export function decodeFromWorker(frames: readonly Buffer[]): FromWorkerResult {
  const [header, ...rest] = frames;
  if (header === undefined || rest.length > 0) {
    return refuse('unexpected_frames', `${frames.length} frames, expected 1`);
  }
  if (header.length > MAX_HEADER_BYTES) {
    return refuse('header_too_large', `${header.length} bytes, at most ${MAX_HEADER_BYTES}`);
  }
  const decoded = decodeMsgpack(header);
  if (!decoded.ok) return refuse('invalid_message', decoded.message);
  const parsed = fromWorkerSchema.safeParse(decoded.value);
  if (parsed.success) return { ok: true, message: parsed.data };
  return refuse('invalid_message', describeIssue(parsed.error, decoded.value), decoded.value);
}

function refuse(code: FromWorkerCode, message: string, value?: unknown): FromWorkerResult {
  const found = z.object({ id }).safeParse(value);
  return { ok: false, code, message, id: found.success ? found.data.id : null };
}
