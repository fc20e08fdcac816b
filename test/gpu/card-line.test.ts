import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSampleLine } from '../../ts/gpu/card-line.js';

const FIRST = { kind: 'index', index: 0 } as const;
const SECOND = { kind: 'index', index: 1 } as const;

describe('parseSampleLine', () => {
  it('reads the card that was asked for', () => {
    expect(parseSampleLine('1, GPU-b, 24576, 576, 24000', SECOND)).toEqual({
      totalMb: 24576 * 1.048576,
      driverFreeMb: 24000 * 1.048576,
      own: null,
      source: 'nvidia-smi',
    });
    expect(parseSampleLine('0, GPU-a, 24576, 576, 24000', SECOND)).toBe('other_card');
    expect(parseSampleLine('0, GPU-a, [N/A], [N/A], [N/A]', SECOND)).toBe('other_card');
    const byName = { kind: 'uuid', prefix: 'gpu-b' } as const;
    expect(parseSampleLine('0, GPU-Bcd, 4096, 4095, 1', byName)).toMatchObject({
      source: 'nvidia-smi',
    });
    expect(parseSampleLine('1, GPU-c, 4096, 4095, 1', byName)).toBe('other_card');
  });

  it('leaves out what the driver keeps for itself, as CUDA does', () => {
    const newer = parseSampleLine('0, GPU-a, 4096, 400, 3500', FIRST);
    expect(newer).toMatchObject({ totalMb: 3900 * 1.048576, driverFreeMb: 3500 * 1.048576 });
    const older = parseSampleLine('0, GPU-a, 4096, 596, 3500', FIRST);
    expect(older).toMatchObject({ totalMb: 4096 * 1.048576 });
    const silent = parseSampleLine('0, GPU-a, 4096, [N/A], 3500', FIRST);
    expect(silent).toMatchObject({ totalMb: 4096 * 1.048576 });
  });

  it.each([
    '',
    '0',
    '0, 4096',
    '0, 4096, 1',
    '0, GPU-a, 4096',
    '0, GPU-a, 4096, 0, [N/A]',
    '0, GPU-a, 4096, 0, -1',
    '0, GPU-a, 0, 0, 0',
    '0, GPU-a, 4096, 0, 4097',
    '0, GPU-a, 1, 1, 1, 1',
  ])('refuses %j', (line) => {
    expect(parseSampleLine(line, FIRST)).toBeNull();
  });

  it('never throws and never reports more free memory than there is', () => {
    fc.assert(
      fc.property(fc.string(), (line) => {
        const sample = parseSampleLine(line, FIRST);
        if (sample === null || sample === 'other_card') return true;
        return sample.driverFreeMb <= sample.totalMb;
      }),
    );
  });
});
