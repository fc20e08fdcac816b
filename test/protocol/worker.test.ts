import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeMsgpack, encodeMsgpack } from '../../ts/protocol/msgpack.js';
import {
  decodeFromWorker,
  encodeHeader,
  MAX_HEADER_BYTES,
} from '../../ts/protocol/worker/worker.js';

const memory = {
  total_mb: 4295,
  free_mb: 2000.5,
  context_mb: 300,
  allocated_mb: 1,
  active_mb: 1,
  reserved_mb: 2,
  inactive_split_mb: 0,
  largest_free_mb: 1000,
  alloc_retries: 0,
  peak_mb: 3,
  simulated: true,
};

function decode(value: unknown) {
  return decodeFromWorker([encodeMsgpack(value)]);
}

describe('decodeFromWorker', () => {
  const valid = [
    { type: 'hello', v: 1, role: 'ear', generation: 3, pid: 7 },
    { type: 'heartbeat', generation: 3, job: null, rss_mb: 120.25 },
    { type: 'phase', id: 4, phase: 'reading' },
    { type: 'done', id: 4, memory: null },
    { type: 'done', id: 4, memory, memory_before: memory, load_ms: 800, engine: 'tiny.en' },
    { type: 'error', id: null, fault: null, code: 'invalid_message', message: 'no' },
    { type: 'error', id: 1, fault: 'oom', code: 'oom', message: 'CUDA out of memory' },
    {
      type: 'text',
      id: 9,
      text: 'hello wörld',
      device: 'cuda',
      engine: 'canary',
      stt_ms: 12.5,
      audio_s: 2,
      memory,
      need_mb: null,
      segments: [{ start_s: 0, end_s: 1.5, text: 'hello' }],
    },
    { type: 'scores', id: 9, probabilities: [0, 0.5, 1], state: Buffer.alloc(100), device: 'cpu' },
  ];

  test.each(valid)('reads $type', (message) => {
    expect(decode(message)).toEqual({ ok: true, message });
  });

  test('a field that a newer worker adds is left out', () => {
    const result = decode({ type: 'phase', id: 1, phase: 'moving', percent: 3 });
    expect(result).toEqual({ ok: true, message: { type: 'phase', id: 1, phase: 'moving' } });
  });

  test.each([
    [{ type: 'hello', v: 2, role: 'ear', generation: 3, pid: 7 }, 'v: '],
    [{ type: 'scores', id: 1, probabilities: [1.5], state: Buffer.alloc(0), device: 'cpu' }, '0'],
    [
      { type: 'scores', id: 1, probabilities: [1], state: Buffer.alloc(8193), device: 'cpu' },
      'state: must be at most 8192 bytes, got 8193 bytes',
    ],
    [{ type: 'heartbeat', generation: -1, job: null, rss_mb: 1 }, 'generation: '],
    [{ type: 'nonsense' }, 'type: '],
    ['text', 'message: '],
    [null, 'message: '],
  ])('names what is wrong with %j', (value, part) => {
    const result = decode(value);
    expect(result).toMatchObject({ ok: false, code: 'invalid_message' });
    expect(result.ok ? '' : result.message).toContain(part);
  });

  test('tells which request an unreadable answer belongs to', () => {
    expect(decode({ type: 'done', id: 12, load_ms: 'soon' })).toMatchObject({ id: 12 });
    expect(decode({ type: 'done', id: 'x' })).toMatchObject({ id: null });
  });

  test('refuses too many frames and too long headers', () => {
    const header = encodeMsgpack({ type: 'phase', id: 1, phase: 'x' });
    expect(decodeFromWorker([header, header])).toMatchObject({ code: 'unexpected_frames' });
    expect(decodeFromWorker([])).toMatchObject({ code: 'unexpected_frames' });
    const long = Buffer.alloc(MAX_HEADER_BYTES + 1, 0x80);
    expect(decodeFromWorker([long])).toMatchObject({ code: 'header_too_large' });
  });

  test('random bytes never throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(decodeFromWorker([Buffer.from(bytes)])).toHaveProperty('ok');
      }),
    );
  });

  test('a valid message with any one byte changed never throws', () => {
    const whole = encodeMsgpack(valid[7]);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Buffer.from(whole);
        bytes[at] = byte;
        expect(decodeFromWorker([bytes])).toHaveProperty('ok');
      }),
    );
  });
});

describe('msgpack', () => {
  test('keeps values, keys in order, bin as Buffer', () => {
    const value = { b: 1, a: -1.5, text: 'é', bin: Buffer.from([1, 2]), list: [null, true] };
    const decoded = decodeMsgpack(encodeMsgpack(value));
    expect(decoded).toEqual({ ok: true, value });
    expect(Object.keys(decoded.ok ? Object(decoded.value) : {})).toEqual(Object.keys(value));
  });

  test.each([
    ['dd ff ff ff ff', 'cut off'],
    ['df ff ff ff ff', 'cut off'],
    ['c6 7f ff ff ff', 'cut off'],
    ['81 01 02', 'a key is not text'],
    ['d4 01 02', 'type 0xd4 is not used here'],
    ['c1', 'type 0xc1 is not used here'],
    ['a1 ff', 'text is not UTF-8'],
    ['80 80', 'bytes follow the message'],
    ['', 'cut off'],
    [`${'91 '.repeat(50)}01`, 'nested deeper than 32 levels'],
  ])('refuses %s', (hex, flaw) => {
    const result = decodeMsgpack(Buffer.from(hex.replaceAll(' ', ''), 'hex'));
    expect(result).toEqual({ ok: false, message: `not a msgpack message: ${flaw}` });
  });

  test('whatever is encoded is decoded', () => {
    // The decoder renames `__proto__`, which no message of ours uses.
    const values = fc
      .jsonValue({ maxDepth: 5 })
      .filter((value) => !JSON.stringify(value).includes('__proto__'));
    fc.assert(
      fc.property(values, (value) => {
        const decoded = decodeMsgpack(encodeMsgpack(value));
        expect(decoded.ok && JSON.stringify(decoded.value)).toEqual(JSON.stringify(value));
      }),
    );
  });
});

test('requests are encoded as the bytes that python msgpack writes', () => {
  expect(encodeHeader({ type: 'probe', id: 300 }).toString('hex')).toBe(
    '82a474797065a570726f6265a26964cd012c',
  );
  const score = encodeHeader({ type: 'score', id: 1, format: 's16le', state: Buffer.from([7]) });
  expect(score.toString('hex')).toContain('a57374617465c40107');
});
