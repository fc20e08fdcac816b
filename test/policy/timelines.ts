import fc from 'fast-check';
import { FAULT_CLASSES } from '../../ts/domain/fault.js';
import type { Happening, Moment } from './world.js';

const others = fc.oneof(
  fc.integer({ min: 0, max: 4000 }),
  fc.constantFrom(250, 600, 1100, 1400, 1440, 1500, 1700, 1800, 2500, 3600),
);

const what: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ speech: fc.double({ min: 0.3, max: 60, noNaN: true }) }) },
  {
    weight: 2,
    arbitrary: fc.record({
      speech: fc.double({ min: 0.3, max: 10, noNaN: true }),
      speculative: fc.constantFrom('confirmed' as const, 'withdrawn' as const),
    }),
  },
  { weight: 6, arbitrary: others.map((mb) => ({ others: mb })) },
  {
    weight: 3,
    arbitrary: fc
      .constantFrom(...FAULT_CLASSES.filter((fault) => fault !== 'config'))
      .map((fault) => ({ fault })),
  },
  { weight: 1, arbitrary: fc.boolean().map((speaking) => ({ speaking })) },
  { weight: 1, arbitrary: fc.boolean().map((sleep) => ({ sleep })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('gone' as const, 'back' as const).map((driver) => ({ driver })),
  },
  { weight: 1, arbitrary: fc.constantFrom(100, 700, 8000).map((hostFree) => ({ hostFree })) },
  { weight: 1, arbitrary: fc.constantFrom(0, 40, 600).map((leakMbPerMin) => ({ leakMbPerMin })) },
  { weight: 1, arbitrary: fc.constant({ cpuDies: true as const }) },
  { weight: 1, arbitrary: fc.constant({ modelArrives: true as const }) },
);

/** Any mixture of what can happen within ten minutes. */
export const anyTimeline: fc.Arbitrary<readonly Moment[]> = fc
  .array(fc.record({ atS: fc.double({ min: 0, max: 600, noNaN: true }), what }), { maxLength: 40 })
  .map((moments) => moments.slice().sort((a, b) => a.atS - b.atS));

/** A person moves models about besides. */
export const anyWish: fc.Arbitrary<Moment> = fc.record({
  atS: fc.double({ min: 0, max: 600, noNaN: true }),
  what: fc.record({
    migrate: fc.constantFrom('stt' as const, 'vad' as const),
    device: fc.constantFrom('cpu' as const, 'cuda' as const, 'auto' as const),
  }),
});

/** All is well from here on. */
export function healAt(atS: number): readonly Moment[] {
  const healed: readonly Happening[] = [
    { sleep: false },
    { speaking: false },
    { others: 250 },
    { driver: 'back' },
    { hostFree: 8000 },
    { leakMbPerMin: 0 },
    { migrate: 'stt', device: 'auto' },
    { migrate: 'vad', device: 'auto' },
  ];
  return healed.map((happening) => ({ atS, what: happening }));
}
