import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PolicyEvent, PolicyFact } from '../../../ts/domain/events.js';
import { FAULT_CLASSES } from '../../../ts/domain/fault.js';
import { Problem } from '../../../ts/domain/problem.js';
import type { RecordedLine } from '../../../ts/domain/recorded-run.js';
import { decide } from '../../../ts/policy/decide.js';
import { DEFAULT_SETTINGS } from '../../../ts/policy/state/settings.js';
import { initialState } from '../../../ts/policy/state/state.js';
import { replay } from '../../../ts/policy/telling/replay.js';
import { nextWakeS } from '../../../ts/policy/telling/wake.js';
import { explain } from '../../../ts/policy/telling/why.js';
import { anyTimeline } from '../timelines.js';
import { World } from '../world.js';

const worker = fc.constantFrom('gpu' as const, 'cpu' as const);
const generation = fc.integer({ min: 0, max: 6 });
const utterance = fc.integer({ min: 1, max: 8 });
const fault = fc.constantFrom(...FAULT_CLASSES);
const mb = fc.integer({ min: 0, max: 5000 });

function kind<K extends PolicyFact['kind']>(name: K): fc.Arbitrary<K> {
  return fc.constant(name);
}

const own = fc.record({
  contextMb: mb,
  allocatedMb: mb,
  activeMb: mb,
  reservedMb: mb,
  inactiveSplitMb: mb,
  largestFreeMb: mb,
  allocRetries: fc.nat(3),
  peakMb: mb,
});

/** Facts without sense: answers to nothing, unknown ids, figures that contradict each other. */
const anyFact: fc.Arbitrary<PolicyFact> = fc.oneof(
  fc.record({
    kind: kind('sample'),
    card: fc.record({
      totalMb: mb,
      driverFreeMb: mb,
      own: fc.option(own),
      source: fc.constant('simulated' as const),
    }),
  }),
  fc.record({ kind: kind('sample_failed'), fault }),
  fc.record({ kind: kind('card_asleep') }),
  fc.record({
    kind: kind('card_found'),
    card: fc.record({ totalMb: mb, thresholds: fc.constant(null) }),
    breaker: fc.constant(null),
    demand: fc.constant(null),
    modelAbsent: fc.boolean(),
  }),
  fc.record({ kind: kind('host_memory'), freeMb: mb }),
  fc.record({ kind: kind('speaking'), active: fc.boolean() }),
  fc.record({
    kind: kind('utterance'),
    utterance,
    seconds: fc.double({ min: 0, max: 90, noNaN: true }),
    speculative: fc.boolean(),
  }),
  fc.record({ kind: kind('confirmed'), utterance }),
  fc.record({ kind: kind('withdrawn'), utterance }),
  fc.record({ kind: kind('worker_ready'), worker, generation }),
  fc.record({ kind: kind('worker_ended'), worker, generation, fault }),
  fc.record({ kind: kind('phase'), worker, generation }),
  fc.record({
    kind: kind('transcribed'),
    worker,
    generation,
    utterance,
    engineS: fc.constant(1),
    needMb: fc.option(mb),
  }),
  fc.record({ kind: kind('transcribe_failed'), worker, generation, utterance, fault }),
  fc.record({
    kind: kind('moved'),
    model: fc.constantFrom('stt' as const, 'vad' as const),
    device: fc.constantFrom('cuda' as const, 'cpu' as const),
    generation,
    fault: fc.option(fault),
  }),
  fc.record({ kind: kind('cache_emptied'), generation }),
  fc.record({ kind: kind('probe_done'), fault: fc.option(fault) }),
  fc.record({ kind: kind('suspend') }),
  fc.record({ kind: kind('resume') }),
  fc.record({ kind: kind('tick') }),
);

const start: PolicyEvent = {
  kind: 'start',
  atS: 0,
  card: { totalMb: 4295 },
  hostFreeMb: 8000,
  breaker: null,
  demand: null,
};

const anyEvents = fc
  .array(fc.tuple(fc.double({ min: -5, max: 40, noNaN: true }), anyFact), { maxLength: 60 })
  .map((steps) => {
    let atS = 0;
    const events: PolicyEvent[] = [start];
    for (const [stepS, fact] of steps) {
      atS += stepS;
      events.push({ ...fact, atS });
    }
    return events;
  });

function freeze(value: unknown): void {
  if (typeof value !== 'object' || value === null || Object.isFrozen(value)) return;
  Object.freeze(value);
  for (const member of Object.values(value)) freeze(member);
}

describe('decide is a function', () => {
  test('of plain data that it never changes, with time that never runs backwards', () => {
    fc.assert(
      fc.property(anyEvents, (events) => {
        let state = initialState(DEFAULT_SETTINGS);
        let copied = state;
        for (const event of events) {
          freeze(state);
          const step = decide(state, event, DEFAULT_SETTINGS);
          const again = decide(JSON.parse(JSON.stringify(copied)), event, DEFAULT_SETTINGS);
          expect(again.decisions).toEqual(step.decisions);
          expect(step.state.atS).toBeGreaterThanOrEqual(state.atS);
          const wakeS = nextWakeS(step.state);
          if (wakeS !== null) expect(wakeS).toBeGreaterThan(step.state.atS);
          for (const decision of step.decisions) expect(explain(decision)).not.toContain('NaN');
          state = step.state;
          copied = again.state;
        }
      }),
      { numRuns: Number(process.env.RUNS ?? 200) },
    );
  });

  test('so a recorded run gives the same decisions again', () => {
    fc.assert(
      fc.property(anyTimeline, (moments) => {
        const world = new World({ othersMb: 600 });
        const lines: RecordedLine[] = [{ settings: world.settings }, { event: start }];
        world.onStep = (_world, fact) => lines.push({ event: { ...fact, atS: world.atS } });
        const live = new World({ othersMb: 600 });
        live.play(moments, 700);
        world.play(moments, 700);
        const parsed: RecordedLine[] = lines.map((line) => JSON.parse(JSON.stringify(line)));
        const decisions = replay(parsed).filter(({ action }) => action.kind !== 'sample');
        expect(decisions).toEqual(world.decisions);
        expect(live.decisions).toEqual(world.decisions);
      }),
      { numRuns: 30 },
    );
  });

  test('a record without its settings says what to do', () => {
    expect(() => replay([{ event: start }])).toThrow(Problem);
  });
});
