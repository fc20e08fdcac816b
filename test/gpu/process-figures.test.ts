import { describe, expect, it } from 'vitest';
import { processFigures } from '../../ts/gpu/process-figures.js';

describe('processFigures', () => {
  it('measures what runs and leaves out what has ended', async () => {
    const figures = await processFigures([process.pid, 4_194_305]);
    expect(figures.map((one) => one.pid)).toEqual([process.pid]);
    expect(figures[0]?.rssMb).toBeGreaterThan(20);
    expect(figures[0]?.rssMb).toBeLessThan(4_000);
    expect(figures[0]?.cpuPercent).toBeGreaterThanOrEqual(0);
  });
});
