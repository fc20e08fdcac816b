import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readControlRequest } from '../../ts/protocol/control/control-request.js';
import { judgeJson } from '../../ts/protocol/control/json-prefix.js';

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('whole is exactly what JSON.parse takes', () => {
  const pieces = fc.constantFrom(...'{}[]",:\\ \n-+.eEu01a', 'true', 'null', 'false', '"action"');
  const text = fc.array(pieces, { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(fc.oneof(text, fc.json(), fc.string()), (candidate) => {
      expect(judgeJson(candidate) === 'whole').toBe(parses(candidate));
    }),
    { numRuns: 2_000 },
  );
});

test('every beginning of a JSON text is one', () => {
  fc.assert(
    fc.property(fc.json(), (whole) => {
      for (let length = 0; length < whole.length; length += 1) {
        const part = whole.slice(0, length);
        expect(judgeJson(part)).toBe(parses(part) ? 'whole' : 'beginning');
      }
    }),
  );
});

test.each([
  'not',
  '{a',
  '{"a"}',
  '{"a":1,}',
  '01',
  '1.e',
  '--',
  '{"a":"\n',
  '"\\x',
  '"\\u00g',
  'truu',
  '1 2',
])('nothing makes %j JSON any more', (text) => {
  expect(judgeJson(text)).toBe('neither');
});

test('a request in any pieces means what it means as a whole', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const bytes = Buffer.from(text);
      for (let length = 1; length < Math.min(bytes.length, 1_024); length += 1) {
        const early = readControlRequest(bytes.subarray(0, length), false);
        expect(early.kind).not.toBe('invalid');
      }
    }),
  );
});
