import { FAULT_CLASSES } from '../../ts/domain/fault.js';
import type { Expectation } from './find-breaches.js';
import type { Line } from './play.js';
import { mix, OURS_MB, ramp, speech, swing } from './timeline-parts.js';

export interface Scenario {
  readonly name: string;
  readonly world?: Line;
  readonly events: readonly Line[];
  readonly expected?: Expectation;
}

const QUIET: Line = { t_s: 0, others_mb: 400 };

export const CALM: readonly Scenario[] = [
  {
    name: 'a quiet desktop: careful, not timid',
    events: mix([{ t_s: 0, others_mb: 600 }], speech(20, 3600)),
    expected: { gpuShareAtLeast: 0.95, gpuOomAtMost: 0, nothingMoves: true },
  },
  ...[2147, 8590, 25_770].map((totalMb) => ({
    name: `a card of ${totalMb} MB`,
    world: { total_mb: totalMb },
    events: mix([{ t_s: 0, others_mb: 250 }], speech(20, 1200)),
    expected: totalMb > 4000 ? { gpuShareAtLeast: 0.95, nothingMoves: true } : {},
  })),
  {
    name: 'a big card filled by others, then free',
    world: { total_mb: 25_770 },
    events: mix([QUIET], speech(10, 900), [
      { t_s: 100, others_mb: 24_500 },
      { t_s: 400, others_mb: 1000 },
    ]),
    expected: { onGpuFromS: 475, gpuOomAtMost: 1 },
  },
  { name: 'no card', world: { gpu: false }, events: speech(1, 600, 7) },
  {
    name: 'no card and no host memory for a while',
    world: { gpu: false, ram_free_mb: 100 },
    events: mix(speech(1, 120), [{ t_s: 200, ram_free_mb: 4000 }]),
  },
  {
    name: 'no card and never host memory: all is kept',
    world: { gpu: false, ram_free_mb: 100 },
    events: speech(1, 120),
    expected: { healthy: false },
  },
  {
    name: 'host memory nearly full beside a calm card',
    world: { ram_free_mb: 150 },
    events: mix([QUIET], speech(10, 600)),
    expected: { gpuShareAtLeast: 0.95 },
  },
  {
    name: 'host memory nearly full and the card full, then both free',
    world: { ram_free_mb: 150 },
    events: mix([QUIET], speech(10, 600), [
      { t_s: 100, others_mb: 4100 },
      { t_s: 400, others_mb: 400 },
      { t_s: 420, ram_free_mb: 6000 },
    ]),
    expected: { onGpuFromS: 480 },
  },
  {
    name: 'speech before the worker is ready, faster than it can be read',
    events: mix([QUIET], speech(0, 30, 0.5, 6)),
  },
  {
    name: 'long utterances, back to back',
    events: mix([QUIET], speech(60, 1200, 60, 58)),
    expected: { gpuShareAtLeast: 0.95 },
  },
];

export const OTHERS: readonly Scenario[] = [
  {
    name: 'other programs rise slowly and leave',
    events: mix(
      speech(10, 900),
      ramp(300, 3900, { fromS: 60, toS: 300 }),
      ramp(3900, 300, { fromS: 500, toS: 600 }),
    ),
    expected: { onGpuFromS: 672, gpuOomAtMost: 1 },
  },
  {
    name: 'other programs burst over the whole card',
    events: mix([QUIET], speech(10, 900), [
      { t_s: 100.1, others_mb: 4200 },
      { t_s: 400, others_mb: 300 },
    ]),
    expected: { onGpuFromS: 472, gpuOomAtMost: 1 },
  },
  {
    name: 'a burst in the middle of a call',
    world: { gpu_rtf: 0.5 },
    events: mix([QUIET], speech(10, 600), [
      { t_s: 100.9, others_mb: 4200 },
      { t_s: 130, others_mb: 300 },
    ]),
    expected: { onGpuFromS: 215, gpuOomAtMost: 1 },
  },
  {
    name: 'a burst between the sample and the call',
    events: mix([QUIET], speech(10, 600), [
      { t_s: 100.003, others_mb: 4200 },
      { t_s: 200, others_mb: 300 },
    ]),
    expected: { onGpuFromS: 275, gpuOomAtMost: 1 },
  },
  {
    name: 'a burst while the model loads',
    events: mix([QUIET], speech(10, 600), [
      { t_s: 2, others_mb: 3000 },
      { t_s: 200, others_mb: 300 },
    ]),
    expected: { onGpuFromS: 275, gpuOomAtMost: 1 },
  },
  {
    name: 'full from the start',
    events: mix([{ t_s: 0, others_mb: 4000 }], speech(10, 600), [{ t_s: 300, others_mb: 300 }]),
    expected: { onGpuFromS: 372, gpuOomAtMost: 1 },
  },
  ...[3200, 3500, 3700, 3800].flatMap((thresholdMb) =>
    [0.1, 1, 10, 60, 600].map((periodS) => swingAround(thresholdMb, periodS)),
  ),
  {
    name: 'our worker leaks',
    events: mix([QUIET, { t_s: 12, leak_mb_per_min: 40 }], speech(10, 7200)),
    expected: { gpuShareAtLeast: 0.9, gpuOomAtMost: 1 },
  },
  {
    name: 'our worker leaks fast, for a while',
    events: mix([QUIET, { t_s: 12, leak_mb_per_min: 400 }], speech(10, 1800), [
      { t_s: 900, leak_mb_per_min: 0 },
    ]),
    expected: { gpuOomAtMost: 3 },
  },
];

export const FAULTS: readonly Scenario[] = [
  ...FAULT_CLASSES.flatMap((fault) => [
    { name: `${fault} when idle`, events: strike(fault, 105), expected: after(fault) },
    { name: `${fault} while loading`, events: strike(fault, 0), expected: after(fault) },
    { name: `${fault} in the next call`, events: strike(fault, 109.99), expected: after(fault) },
    {
      name: `${fault} with a queue behind it`,
      events: mix(strike(fault, 105), speech(110, 112, 0.2, 3)),
      expected: after(fault),
    },
    {
      name: `${fault} three times`,
      events: mix(strike(fault, 105), [
        { t_s: 105, fault },
        { t_s: 105, fault },
      ]),
      expected: {},
    },
  ]),
  {
    name: 'a card that is full again and again, and no host memory: nothing is given up',
    world: { ram_free_mb: 100 },
    events: mix(
      [QUIET],
      speech(10, 900),
      [...Array(8)].map(() => ({ t_s: 5, fault: 'oom' })),
    ),
  },
  {
    name: 'a backlog of an hour, read after the end',
    world: { gpu: false, cpu_rtf: 5 },
    events: speech(0, 1800, 10, 8),
  },
  {
    name: 'suspend and resume',
    events: mix([QUIET], speech(10, 95), [{ t_s: 100, suspend: true }], speech(405, 900), [
      { t_s: 400, resume: true },
    ]),
    expected: { onGpuFromS: 475 },
  },
  {
    name: 'suspend in the middle of a call',
    world: { gpu_rtf: 0.5 },
    events: mix([QUIET], speech(10, 100), [
      { t_s: 100.5, suspend: true },
      { t_s: 2000, resume: true },
    ]),
  },
  {
    name: 'suspend on the CPU, with a queue',
    world: { gpu: false },
    events: mix(speech(10, 100, 1, 6), [
      { t_s: 100.5, suspend: true },
      { t_s: 2000, resume: true },
    ]),
  },
  {
    name: 'suspend with neither warning nor wish: resume alone',
    events: mix([QUIET, { t_s: 100, resume: true }], speech(10, 300)),
  },
  {
    name: 'the driver goes and comes back',
    events: mix([QUIET], speech(10, 3000), [
      { t_s: 90, driver: 'gone' },
      { t_s: 700, driver: 'back' },
    ]),
    expected: { onGpuFromS: 2200 },
  },
  {
    name: 'the driver goes in the middle of a call',
    world: { gpu_rtf: 0.5 },
    events: mix([QUIET], speech(10, 300), [{ t_s: 100.5, driver: 'gone' }]),
  },
  {
    name: "a person's commands",
    events: mix([QUIET], speech(10, 600), [
      { t_s: 100, migrate: 'vad', device: 'cpu' },
      { t_s: 150, migrate: 'stt', device: 'cpu' },
      { t_s: 300, migrate: 'stt', device: 'auto' },
      { t_s: 300, migrate: 'vad', device: 'cuda' },
    ]),
    expected: { movedByHand: true, onGpuFromS: 375 },
  },
];

function swingAround(thresholdMb: number, periodS: number): Scenario {
  const middleMb = thresholdMb - OURS_MB;
  const lengthS = Math.max(120, 6 * periodS);
  const span = { fromS: 60, toS: 60 + lengthS };
  const everyS = periodS >= 60 ? 30 : 10;
  const events = mix(
    [QUIET],
    swing(middleMb - 80, middleMb + 80, periodS, span),
    [{ t_s: span.toS, others_mb: 400 }],
    speech(10, span.toS + 300, everyS),
  );
  return {
    name: `others swing around ${thresholdMb} MB every ${periodS} s`,
    events,
    expected: { onGpuFromS: span.toS + 75 },
  };
}

function strike(fault: string, atS: number): Line[] {
  return mix([QUIET], speech(10, 1800), [{ t_s: atS, fault }]);
}

/** After one fault the card is used again once the first probes have passed, a driver's only after 10 minutes. */
function after(fault: string): Expectation {
  if (fault === 'config') return {};
  if (fault === 'driver_gone') return { onGpuFromS: 1000 };
  return { onGpuFromS: 200 };
}
