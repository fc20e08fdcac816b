import { describe, expect, test } from 'vitest';
import { readRecordedRun } from '../../ts/protocol/simulation/recorded-run.js';

const SETTINGS = '{"settings":{"device":"auto"}}';
const TICK = '{"event":{"kind":"tick","atS":1.5}}';

function problemOf(text: string): string {
  try {
    return `read ${[...readRecordedRun(text)].length} lines`;
  } catch (error) {
    return String(error);
  }
}

describe('a recorded run', () => {
  test('is settings, then events', () => {
    expect([...readRecordedRun(`${SETTINGS}\n${TICK}\n`)]).toEqual([
      { settings: { device: 'auto' } },
      { event: { kind: 'tick', atS: 1.5 } },
    ]);
  });

  test('may end in a line that was cut off', () => {
    expect(problemOf(`${SETTINGS}\n${TICK}\n{"event":{"ki`)).toBe('read 2 lines');
  });

  test.each(['{"event":{"kind":"tick"}}', '{"t_s":1}', 'no'])('is not this: %s', (line) => {
    expect(problemOf(`${SETTINGS}\n${line}\n`)).toContain('Line 2 of the recorded run');
  });
});
