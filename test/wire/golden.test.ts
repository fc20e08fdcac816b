import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { decodeMsgpack, encodeMsgpack } from '../../ts/protocol/msgpack.js';
import { decodeFromWorker } from '../../ts/protocol/worker/worker.js';

interface Golden {
  readonly name: string;
  readonly header: Record<string, unknown>;
  readonly bytes: string;
}

const page = new URL('golden.json', import.meta.url);
const golden: { to_worker: Golden[]; from_worker: Golden[] } = existsSync(page)
  ? JSON.parse(readFileSync(page, 'utf8'))
  : { to_worker: [], from_worker: [] };

/** Binary values stand as `{"hex": "..."}` in the file. */
function revive(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(revive);
  if (typeof value !== 'object' || value === null) return value;
  if ('hex' in value && typeof value.hex === 'string') return Buffer.from(value.hex, 'hex');
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, revive(part)]));
}

const toWorker = golden.to_worker;
const fromWorker = golden.from_worker;

describe.skipIf(toWorker.length === 0)('requests', () => {
  test.each(toWorker)('$name is encoded to the values of the golden bytes', ({ header, bytes }) => {
    const wanted = decodeMsgpack(Buffer.from(bytes, 'hex'));
    expect(wanted).toEqual({ ok: true, value: revive(header) });
    expect(decodeMsgpack(encodeMsgpack(revive(header)))).toEqual(wanted);
  });

  test.each(toWorker)('$name is encoded to the golden bytes', ({ header, bytes }) => {
    // The one difference: Python marks a whole float as a float, JavaScript has only numbers.
    const wholeFloats = /cb40[0-9a-f]{2}0{12}/;
    if (wholeFloats.test(bytes)) return;
    expect(encodeMsgpack(revive(header)).toString('hex')).toBe(bytes);
  });
});

describe.skipIf(fromWorker.length === 0)('answers', () => {
  test.each(fromWorker)('$name is read', ({ header, bytes }) => {
    const result = decodeFromWorker([Buffer.from(bytes, 'hex')]);
    expect(result).toEqual({ ok: true, message: revive(header) });
  });

  test.each(fromWorker)('$name cut anywhere is refused', ({ bytes }) => {
    const whole = Buffer.from(bytes, 'hex');
    for (let length = 0; length < whole.length; length += 1) {
      expect(decodeFromWorker([whole.subarray(0, length)]).ok).toBe(false);
    }
  });
});
