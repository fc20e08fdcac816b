import fc from 'fast-check';
import { FAULT_CLASSES } from '../../ts/domain/fault.js';
import type { Line } from './play.js';
import { mix, speech } from './timeline-parts.js';

export interface RandomTimeline {
  readonly world: Line;
  readonly events: readonly Line[];
  /** When trouble ends for good. */
  readonly reliefS: number;
}

const world = fc.record(
  {
    total_mb: fc.constantFrom(2147, 4100, 4295, 8590, 25_770),
    stt_mb: fc.constantFrom(300, 1766, 3500),
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

const fact: fc.Arbitrary<Line> = fc.oneof(
  { weight: 8, arbitrary: fc.record({ speech_s: fc.constantFrom(0.3, 1, 4, 12, 45, 90) }) },
  { weight: 8, arbitrary: fc.record({ others_mb: fc.integer({ min: 0, max: 4400 }) }) },
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
    return { world, events: mix(events, relieve(nowS + 1)), reliefS: nowS + 1 };
  });

function relieve(atS: number): Line[] {
  const relief: Line = {
    t_s: atS,
    resume: true,
    others_mb: 0,
    ram_free_mb: 8000,
    driver: 'back',
    leak_mb_per_min: 0,
  };
  return [relief, ...speech(atS + 5, atS + 120)];
}
