import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { Allocator } from '../../ts/sim/machine/allocator.js';

const figure = z.union([z.number(), z.object({ segments: z.number(), sums: z.number() })]);
const step = z.object({
  take: z.tuple([z.string(), z.number()]).optional(),
  give: z.string().optional(),
  refused: z.number().optional(),
  empty: z.literal(true).optional(),
  start: z.literal(true).optional(),
  active: z.number(),
  reserved: figure,
  peak: z.number(),
  retries: z.number(),
});
const FILE = new URL('../fixtures/allocator/cases.json', import.meta.url);
const { cases } = z
  .object({
    cases: z.array(z.object({ name: z.string(), cardMib: z.number(), steps: z.array(step) })),
  })
  .parse(JSON.parse(readFileSync(FILE, 'utf8')));

/** The same file is read by test/worker/test_sim_card.py: both models keep the same rules. */
test.each(cases)('$name', ({ cardMib, steps }) => {
  const allocator = new Allocator(0);
  const held = new Map<string, number>();
  for (const { take, give, refused, empty, start, ...expected } of steps) {
    const free = () => cardMib - allocator.heldMb();
    if (take !== undefined) {
      held.set(...take);
      expect(allocator.allocate(take[1], free())).toBe(true);
    }
    if (give !== undefined) allocator.release(held.get(give) ?? Number.NaN);
    if (refused !== undefined) expect(allocator.allocate(refused, free())).toBe(false);
    if (empty) allocator.emptyCache();
    if (start) allocator.startRequest();
    const { reserved } = expected;
    const { activeMb, reservedMb, peakMb, allocRetries } = allocator.report(free());
    expect([activeMb, reservedMb, peakMb, allocRetries]).toEqual([
      expected.active,
      typeof reserved === 'number' ? reserved : reserved.sums,
      expected.peak,
      expected.retries,
    ]);
  }
});
