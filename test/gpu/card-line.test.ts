import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSampleLine } from '../../ts/gpu/card-line.js';

describe('parseSampleLine', () => {
  it('reads the card that was asked for', () => {
    expect(parseSampleLine('1, 24576, 24000', 1)).toEqual({
      totalMb: 24576 * 1.048576,
      driverFreeMb: 24000 * 1.048576,
      own: null,
      source: 'nvidia-smi',
    });
    expect(parseSampleLine('0, 24576, 24000', 1)).toBe('other_card');
  });

  it.each([
    '',
    '0',
    '0, 4096',
    '0, 4096, [N/A]',
    '0, 4096, -1',
    '0, 0, 0',
    '0, 4096, 4097',
    '0, 1, 1, 1',
  ])('refuses %j', (line) => {
    expect(parseSampleLine(line, 0)).toBeNull();
  });

  it('never throws and never reports more free memory than there is', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        const sample = parseSampleLine(line, 0);
        if (sample === null || sample === 'other_card') return true;
        return sample.driverFreeMb <= sample.totalMb;
      }),
    );
  });
});
