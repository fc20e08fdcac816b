import { createConnection, type Socket } from 'node:net';
import { endianness } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** A compositor answers within a millisecond or two; a busy one is not waited for. */
const ANSWER_MS = 300;

/**
 * Whether the session's first seat has a keyboard just now. Null: it can't be told. Asked in Wayland's own
 * words (wayland.xml: `wl_registry`, `wl_seat.capabilities`), since no program that every desktop has does it.
 */
export function seatHasKeyboard(env: NodeJS.ProcessEnv, display: string): Promise<boolean | null> {
  const path = isAbsolute(display) ? display : join(env.XDG_RUNTIME_DIR ?? '/', display);
  return new Promise((resolve) => {
    const socket = createConnection(path);
    const finish = (answer: boolean | null) => {
      socket.destroy();
      resolve(answer);
    };
    const question = new SeatQuestion(socket, finish);
    socket.setTimeout(ANSWER_MS, () => finish(null));
    socket.on('error', () => finish(null));
    socket.on('close', () => finish(null));
    socket.on('connect', () => question.ask());
    socket.on('data', (bytes) => question.hear(bytes));
  });
}

const LITTLE = endianness() === 'LE';
/** Object numbers: the display is 1 by definition, ours count on from there in the order of their requests. */
const DISPLAY = 1;
const REGISTRY = 2;
const ALL_GLOBALS_TOLD = 3;
const SEAT = 4;
/** Bit of `wl_seat.capability`. */
const KEYBOARD = 2;
const HEADER_BYTES = 8;

class SeatQuestion {
  readonly #socket: Socket;
  readonly #answer: (hasKeyboard: boolean | null) => void;
  #heard = Buffer.alloc(0);
  #bound = false;

  constructor(socket: Socket, answer: (hasKeyboard: boolean | null) => void) {
    this.#socket = socket;
    this.#answer = answer;
  }

  ask(): void {
    const getRegistry = message(DISPLAY, 1, [uint(REGISTRY)]);
    const sync = message(DISPLAY, 0, [uint(ALL_GLOBALS_TOLD)]);
    this.#socket.write(Buffer.concat([getRegistry, sync]));
  }

  hear(bytes: Buffer): void {
    this.#heard = Buffer.concat([this.#heard, bytes]);
    while (this.#heard.length >= HEADER_BYTES) {
      const size = readUint(this.#heard, 4) >>> 16;
      if (size < HEADER_BYTES || this.#heard.length < size) return;
      this.#understand(this.#heard.subarray(0, size));
      this.#heard = this.#heard.subarray(size);
    }
  }

  #understand(event: Buffer): void {
    const from = readUint(event, 0);
    const opcode = readUint(event, 4) & 0xffff;
    if (from === DISPLAY && opcode === 0) this.#answer(null);
    if (from === REGISTRY && opcode === 0) this.#bindSeat(event.subarray(HEADER_BYTES));
    if (from === SEAT && opcode === 0) {
      this.#answer((readUint(event, HEADER_BYTES) & KEYBOARD) !== 0);
    }
    if (from === ALL_GLOBALS_TOLD && !this.#bound) this.#answer(null);
  }

  /** `wl_registry.global`: name, interface with its length, version. */
  #bindSeat(global: Buffer): void {
    const length = readUint(global, 4);
    const name = global.toString('latin1', 8, 8 + length - 1);
    if (name !== 'wl_seat' || this.#bound) return;
    this.#bound = true;
    const args = [global.subarray(0, 4), text(name), uint(1), uint(SEAT)];
    this.#socket.write(message(REGISTRY, 0, args));
  }
}

function message(object: number, opcode: number, args: readonly Buffer[]): Buffer {
  const body = Buffer.concat(args);
  return Buffer.concat([uint(object), uint(((HEADER_BYTES + body.length) << 16) | opcode), body]);
}

/** Length with the closing zero, the text, zeros up to a multiple of four. */
function text(value: string): Buffer {
  const length = value.length + 1;
  const padded = Buffer.alloc(Math.ceil(length / 4) * 4);
  padded.write(value, 'latin1');
  return Buffer.concat([uint(length), padded]);
}

/** Wayland speaks in the byte order of the machine. */
function uint(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  if (LITTLE) bytes.writeUInt32LE(value >>> 0);
  else bytes.writeUInt32BE(value >>> 0);
  return bytes;
}

function readUint(bytes: Buffer, at: number): number {
  return LITTLE ? bytes.readUInt32LE(at) : bytes.readUInt32BE(at);
}
