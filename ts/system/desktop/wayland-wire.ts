import { createConnection } from 'node:net';
import { endianness } from 'node:os';
import { isAbsolute, join } from 'node:path';
import type { Env } from '../env.js';

/** A compositor answers within a millisecond or two; a busy one is not waited for. */
const ANSWER_MS = 300;
const LITTLE = endianness() === 'LE';
const HEADER_BYTES = 8;
/** Object number of the display, by definition. */
export const DISPLAY = 1;

/** One event of the compositor: the object it comes from, its number there, and what it says. */
export interface WaylandEvent {
  readonly from: number;
  readonly opcode: number;
  readonly body: Buffer;
}

/**
 * Asks the compositor something in Wayland's own words (wayland.xml), since no program that every desktop has does it.
 * `hear` gets each event and gives the answer, or undefined to go on. Null: it can't be told.
 */
export function askCompositor<T>(
  env: Env,
  display: string,
  question: Buffer,
  hear: (event: WaylandEvent, say: (bytes: Buffer) => void) => T | null | undefined,
): Promise<T | null> {
  const path = isAbsolute(display) ? display : join(env.XDG_RUNTIME_DIR ?? '/', display);
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const finish = (answer: T | null) => {
      socket.destroy();
      resolve(answer);
    };
    let heard = Buffer.alloc(0);
    socket.setTimeout(ANSWER_MS, () => finish(null));
    socket.on('error', () => finish(null));
    socket.on('close', () => finish(null));
    socket.on('connect', () => socket.write(question));
    socket.on('data', (bytes) => {
      heard = Buffer.concat([heard, bytes]);
      for (let event = firstEvent(heard); event !== null; event = firstEvent(heard)) {
        heard = heard.subarray(HEADER_BYTES + event.body.length);
        const answer = hear(event, (said) => socket.write(said));
        if (answer !== undefined) return finish(answer);
      }
    });
  });
}

function firstEvent(heard: Buffer): WaylandEvent | null {
  if (heard.length < HEADER_BYTES) return null;
  const word = readUint(heard, 4);
  const size = word >>> 16;
  if (size < HEADER_BYTES || heard.length < size) return null;
  return {
    from: readUint(heard, 0),
    opcode: word & 0xffff,
    body: heard.subarray(HEADER_BYTES, size),
  };
}

export function message(object: number, opcode: number, args: readonly Buffer[]): Buffer {
  const body = Buffer.concat(args);
  return Buffer.concat([uint(object), uint(((HEADER_BYTES + body.length) << 16) | opcode), body]);
}

/** Length with the closing zero, the text, zeros up to a multiple of four. */
export function text(value: string): Buffer {
  const length = value.length + 1;
  const padded = Buffer.alloc(Math.ceil(length / 4) * 4);
  padded.write(value, 'latin1');
  return Buffer.concat([uint(length), padded]);
}

export function readText(bytes: Buffer, at: number): string {
  return bytes.toString('latin1', at + 4, at + 4 + readUint(bytes, at) - 1);
}

/** Wayland speaks in the byte order of the machine. */
export function uint(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  if (LITTLE) bytes.writeUInt32LE(value >>> 0);
  else bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

export function readUint(bytes: Buffer, at: number): number {
  return LITTLE ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}
