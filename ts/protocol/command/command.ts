import { isUtf8 } from 'node:buffer';
import { z } from 'zod';
import { Problem } from '../../domain/problem.js';
import { describeIssue, showValue } from '../describe.js';
import { decodeMsgpack, encodeMsgpack } from '../msgpack.js';
import {
  ACTIONS,
  type Command,
  type CommandAction,
  isAction,
  MAX_PCM_BYTES,
} from './command-actions.js';

/** Longest request without its recording. */
const MAX_REQUEST_BYTES = 64 * 1024;
/** Longest request at all: a recording and what is around it. */
export const MAX_COMMAND_BYTES = MAX_PCM_BYTES + MAX_REQUEST_BYTES;

/** Why a request is answered with an error. @forTests The page of the commands is held to it. */
export const ERROR_CODES = [
  'invalid_message',
  'unknown_action',
  'invalid_argument',
  'refused',
  'internal',
] as const;
export type ErrorCode = (typeof ERROR_CODES)[number];

type Encoding = 'json' | 'msgpack';

export interface CommandRequest {
  readonly encoding: Encoding;
  /** As the client sent it, null where it can't be read. */
  readonly id: unknown;
  readonly body: { readonly ok: true; readonly command: Command } | Refusal;
}

interface Refusal {
  readonly ok: false;
  readonly code: ErrorCode;
  readonly message: string;
}

/** Reads one request. Never throws: what is wrong with it is in the result, in the encoding it came in. */
export function readCommand(bytes: Buffer): CommandRequest {
  const encoding = guessEncoding(bytes);
  const decoded = encoding === 'json' ? decodeJson(bytes) : decodeBinary(bytes);
  if (!decoded.ok) return refused(encoding, null, 'invalid_message', decoded.message);
  const message = decoded.value;
  const id = isRecord(message) ? (message.id ?? null) : null;
  const parsed = messageSchema.safeParse(message);
  if (!parsed.success) {
    return refused(encoding, id, 'invalid_message', describeIssue(parsed.error, message));
  }
  return { encoding, id, body: readArguments(parsed.data.action, message, bytes.length) };
}

/** The envelope; `v` may be missing. */
const messageSchema = z.object({
  v: z.literal(1).optional(),
  action: z.string(),
});

function readArguments(
  action: string,
  message: unknown,
  totalBytes: number,
): { readonly ok: true; readonly command: Command } | Refusal {
  if (!isAction(action)) {
    const known = Object.keys(ACTIONS).join(', ');
    const text = `unknown action ${showValue(action)}: known are ${known}`;
    return { ok: false, code: 'unknown_action', message: text };
  }
  if (action !== 'transcribe' && totalBytes > MAX_REQUEST_BYTES) {
    return { ok: false, code: 'invalid_message', message: tooLong(totalBytes) };
  }
  const parsed = ACTIONS[action].safeParse(message);
  if (parsed.success) return { ok: true, command: commandOf(action, parsed.data) };
  const text = describeIssue(parsed.error, message);
  return { ok: false, code: 'invalid_argument', message: `${action}: ${text}` };
}

/** Joins what the schema of this very action returned with the action; the compiler can't follow that. */
function commandOf(action: CommandAction, fields: object): Command {
  return { action, ...fields } as Command;
}

/** A map in msgpack starts with 80-8f, de or df; every other byte that starts no JSON text is taken as msgpack. */
function guessEncoding(bytes: Buffer): Encoding {
  const first = bytes[0] ?? 0x20;
  const isByteOrderMark = first === 0xef && bytes[1] === 0xbb;
  return first < 0x80 || isByteOrderMark ? 'json' : 'msgpack';
}

type Decoded =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly message: string };

function decodeJson(bytes: Buffer): Decoded {
  if (bytes.length > MAX_REQUEST_BYTES) return { ok: false, message: tooLong(bytes.length) };
  if (!isUtf8(bytes)) return { ok: false, message: 'neither msgpack nor JSON: text is not UTF-8' };
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8').replace(/^\ufeff/, ''));
    return { ok: true, value };
  } catch {
    return { ok: false, message: 'neither msgpack nor JSON' };
  }
}

function decodeBinary(bytes: Buffer): Decoded {
  if (bytes.length > MAX_COMMAND_BYTES) return { ok: false, message: tooLong(bytes.length) };
  return decodeMsgpack(bytes);
}

function tooLong(bytes: number): string {
  return `${bytes} bytes: a request has at most ${MAX_REQUEST_BYTES}, transcribe ${MAX_COMMAND_BYTES}`;
}

function refused(
  encoding: Encoding,
  id: unknown,
  code: ErrorCode,
  message: string,
): CommandRequest {
  return { encoding, id, body: { ok: false, code, message } };
}

/** The answer to a request that succeeded. */
export function writeResult(
  request: Pick<CommandRequest, 'encoding' | 'id'>,
  result: object,
): Buffer {
  return encode(request.encoding, { v: 1, id: request.id, ok: true, result });
}

/** The answer to a request that failed; `message` is cut to its first line. */
export function writeError(
  request: Pick<CommandRequest, 'encoding' | 'id'>,
  code: ErrorCode,
  message: string,
): Buffer {
  const error = { code, message: message.split('\n')[0] ?? '' };
  return encode(request.encoding, { v: 1, id: request.id, ok: false, error });
}

/** The answer to whatever a handler threw: a Problem with one of our codes keeps it, another is `refused`. */
export function writeFailure(
  request: Pick<CommandRequest, 'encoding' | 'id'>,
  error: unknown,
): Buffer {
  if (error instanceof Problem) {
    const code = ERROR_CODES.find((known) => known === error.code) ?? 'refused';
    return writeError(request, code, error.message);
  }
  return writeError(request, 'internal', error instanceof Error ? error.message : String(error));
}

function encode(encoding: Encoding, answer: object): Buffer {
  if (encoding === 'msgpack') return encodeMsgpack(answer);
  return Buffer.from(JSON.stringify(answer, (_key, value: unknown) => jsonValue(value)));
}

/** JSON has no numbers beyond 2^53; they can only come from our own results. */
function jsonValue(value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

const answerSchema = z.discriminatedUnion('ok', [
  z.object({ id: z.unknown(), ok: z.literal(true), result: z.record(z.string(), z.unknown()) }),
  z.object({
    id: z.unknown(),
    ok: z.literal(false),
    error: z.object({ code: z.string(), message: z.string() }),
  }),
]);
export type CommandAnswer = z.infer<typeof answerSchema>;

/** A client's side: one msgpack request. */
export function writeCommand(id: number, request: Readonly<Record<string, unknown>>): Buffer {
  return encodeMsgpack({ v: 1, id, ...request });
}

/** A client's side: the answer, or null where the bytes are none. */
export function readAnswer(bytes: Buffer): CommandAnswer | null {
  const decoded = decodeMsgpack(bytes);
  const parsed = answerSchema.safeParse(decoded.ok ? decoded.value : null);
  return parsed.success ? parsed.data : null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
