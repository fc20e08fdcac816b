import fc from 'fast-check';
import { FAULT_CLASSES } from '../../ts/domain/fault.js';
import type { Expectation } from './find-breaches.js';
import type { Line } from './play.js';
import { mix, speech } from './timeline-parts.js';

export interface RandomTimeline {
  readonly world: Line;
  readonly events: readonly Line[];
  readonly expected: Expectation;
}

/** The card is in use again this long after relief: a minute, a silence that was waited for, and the load. */
const BACK_S = 90;

const world = fc.record(
  {
    total_mb: fc.constantFrom(2147, 4100, 4295, 8590, 25_770),
    stt_mb: fc.constantFrom(300, 1766, 3500),
    small_stt_mb: fc.constantFrom(100, 365),
    context_mb: fc.constantFrom(280, 480),
    activation_mb_per_s: fc.constantFrom(1, 4, 12),
    gpu_rtf: fc.constantFrom(0.02, 0.05, 0.4),
    cpu_rtf: fc.constantFrom(0.2, 0.5, 0.9),
    gpu_load_s: fc.constantFrom(0.5, 3, 12),
    cpu_load_s: fc.constantFrom(0.5, 2, 8),
    ram_free_mb: fc.constantFrom(200, 900, 8000),
    gpu: fc.constantFrom(true, true, true, false),
  },
  { requiredKeys: [] },
);

/** Milliseconds up to the next event, often none, often just beside a decision of the policy. */
const pauseS = fc.oneof(
  fc.constantFrom(0, 0.001, 0.002, 0.003, 0.1, 0.5, 1, 2, 5, 30, 60),
  fc.integer({ min: 0, max: 20_000 }).map((ms) => ms / 1000),
);

/** Anything, and often close to where a level of a 4 GB card begins. */
const othersMb = fc.oneof(
  fc.integer({ min: 0, max: 4400 }),
  fc.integer({ min: 1000, max: 2000 }),
  fc.constantFrom(0, 300, 20_000, 26_000),
);

const fact: fc.Arbitrary<Line> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ speech_s: fc.constantFrom(0.3, 1, 4, 12, 45, 90) }) },
  { weight: 8, arbitrary: fc.record({ others_mb: othersMb }) },
  { weight: 3, arbitrary: fc.record({ fault: fc.constantFrom(...FAULT_CLASSES) }) },
  { weight: 1, arbitrary: fc.record({ leak_mb_per_min: fc.constantFrom(0, 40, 400) }) },
  { weight: 1, arbitrary: fc.record({ driver: fc.constantFrom('gone', 'back') }) },
  { weight: 2, arbitrary: fc.record({ ram_free_mb: fc.constantFrom(50, 500, 4000) }) },
  { weight: 1, arbitrary: fc.constant({ suspend: true }) },
  { weight: 2, arbitrary: fc.constant({ resume: true }) },
  {
    weight: 1,
    arbitrary: fc.record({
      migrate: fc.constantFrom('vad', 'stt'),
      device: fc.constantFrom('cpu', 'cuda', 'auto'),
    }),
  },
);

/** Any life of a machine, at whose end all troubles are over and a few more words are spoken. */
export const randomTimeline: fc.Arbitrary<RandomTimeline> = fc
  .record({
    world,
    steps: fc.array(fc.record({ pauseS, fact }), { minLength: 1, maxLength: 60 }),
  })
  .map(({ world, steps }) => {
    let nowS = 0;
    const events = steps.map((step): Line => {
      nowS = Math.round((nowS + step.pauseS) * 1000) / 1000;
      return { t_s: nowS, ...step.fact };
    });
    const all = mix(events, relieve(nowS + 1));
    return { world, events: all, expected: expect(world, all, nowS + 1) };
  });

/** Where nothing ever failed and the model fits well below every level, it must come back. */
function expect(world: Line, events: readonly Line[], reliefS: number): Expectation {
  const movedByHand = events.some((event) => 'migrate' in event);
  const troubled = events.some((event) => 'fault' in event || 'suspend' in event);
  const driverGone = events.some((event) => event.driver === 'gone');
  const fits = needMb(world) < 0.72 * Number(world.total_mb ?? 4295) && world.gpu !== false;
  if (movedByHand || troubled || driverGone || !fits) return { movedByHand };
  return { movedByHand, firstReturnOnly: true, onGpuFromS: reliefS + BACK_S };
}

function needMb(world: Line): number {
  const { stt_mb, context_mb, activation_mb_per_s } = world;
  return (
    Number(stt_mb ?? 1766) + Number(context_mb ?? 300) + 60 + 10 * Number(activation_mb_per_s ?? 4)
  );
}

function relieve(atS: number): Line[] {
  const relief: Line = { others_mb: 0, ram_free_mb: 8000, driver: 'back', leak_mb_per_min: 0 };
  return [{ t_s: atS, resume: true, ...relief }, ...speech(atS + 5, atS + 130)];
}
