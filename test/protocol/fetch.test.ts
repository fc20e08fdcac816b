import { describe, expect, test } from 'vitest';
import { decodeFetchEvent } from '../../ts/protocol/worker/fetch.js';

describe('a line of the process that fetches a model', () => {
  test.each([
    { event: 'progress', done_bytes: 5, total_bytes: 10 },
    { event: 'phase', phase: 'checking' },
    { event: 'done', path: '/x.nemo', size_bytes: 10, sha256: 'ab' },
    { event: 'failed', message: 'connect to the network', again: true },
  ])('is read: $event', (event) => {
    expect(decodeFetchEvent(JSON.stringify(event))).toEqual({ ok: true, event });
  });

  test.each(['', 'Traceback', '[]', '{"event":"begun"}', '{"event":"progress","done_bytes":-1}'])(
    'is refused without an exception: %s',
    (line) => {
      expect(decodeFetchEvent(line)).toMatchObject({ ok: false });
    },
  );
});
