import type { PolicyEvent, PolicyFact } from '../../ts/domain/events.js';
import type { CardSample } from '../../ts/domain/memory.js';
import { decide } from '../../ts/policy/decide.js';
import { DEFAULT_SETTINGS } from '../../ts/policy/state/settings.js';
import { initialState } from '../../ts/policy/state/state.js';
import { readTimeline } from '../../ts/protocol/simulation/simulation.js';
import { simulate } from '../../ts/sim/run-simulation.js';
import { applyCommands } from '../../ts/voice/apply.js';
import type { Section } from '../report/report.js';

const TEN_WORDS = 'we return to the space station at nine comma twenty';
const WARM_UP_MS = 300;
const MEASURED_MS = 1_500;

/** How often each of the pure rules runs in a second, on one core. */
export function measurePure(): Section {
  const day = timelineOfADay();
  return {
    title: 'Pure rules, one core',
    columns: ['what', 'per second', 'each'],
    rows: [
      rate('voice commands on a text of ten words', () =>
        applyCommands(TEN_WORDS, { mode: 'all' }),
      ),
      rate('decide on a measurement of the card', measuring()),
      rate('decide on a dictated utterance (four events)', dictating()),
      hours('simulate, a day with an utterance every 10 s', day),
    ],
    notes: [],
  };
}

function rate(what: string, run: () => unknown): readonly [string, string, string] {
  const perS = runsPerSecond(run);
  return [what, Math.round(perS).toLocaleString('en'), `${(1e6 / perS).toFixed(2)} us`];
}

function hours(what: string, lines: readonly string[]): readonly [string, string, string] {
  const startedMs = performance.now();
  let decisions = 0;
  for (const _ of simulate(readTimeline(lines))) decisions += 1;
  const tookS = (performance.now() - startedMs) / 1e3;
  const perS = Math.round(decisions / tookS).toLocaleString('en');
  return [what, `${perS} decisions`, `a day in ${tookS.toFixed(2)} s`];
}

function runsPerSecond(run: () => unknown): number {
  repeatFor(WARM_UP_MS, run);
  const startedMs = performance.now();
  const runs = repeatFor(MEASURED_MS, run);
  return (runs * 1e3) / (performance.now() - startedMs);
}

function repeatFor(ms: number, run: () => unknown): number {
  const endMs = performance.now() + ms;
  let runs = 0;
  while (performance.now() < endMs) {
    for (let i = 0; i < 50; i += 1) run();
    runs += 50;
  }
  return runs;
}

/** A card with our model on it, and other programs that breathe. */
function measuring(): () => void {
  const mind = new Mind();
  let others = 300;
  return () => {
    others = 300 + ((others + 37) % 400);
    mind.learn(1, { kind: 'sample', card: cardWith(others) });
  };
}

function dictating(): () => void {
  const mind = new Mind();
  let utterance = 0;
  return () => {
    utterance += 1;
    const worker = { worker: 'gpu', generation: 1 } as const;
    mind.learn(2, { kind: 'utterance', utterance, seconds: 4, speculative: false });
    mind.learn(0.05, { kind: 'sample', card: cardWith(300) });
    mind.learn(0.2, { kind: 'transcribed', ...worker, utterance, engineS: 0.2, needMb: 76 });
    mind.learn(0.01, { kind: 'speaking', active: true });
  };
}

/** The policy with its model on a simulated card of 4 GB. */
class Mind {
  private state = initialState(DEFAULT_SETTINGS);
  private atS = 0;

  constructor() {
    const card = { totalMb: 4295 };
    this.learn(0, { kind: 'start', card, hostFreeMb: 8_000, breaker: null, demand: null });
    this.learn(1, { kind: 'worker_ready', worker: 'gpu', generation: 1 });
    this.learn(0.1, { kind: 'sample', card: cardWith(300) });
    this.learn(1, { kind: 'moved', model: 'stt', device: 'cuda', generation: 1, fault: null });
  }

  learn(afterS: number, fact: PolicyFact): void {
    this.atS += afterS;
    const event: PolicyEvent = { ...fact, atS: this.atS };
    this.state = decide(this.state, event, DEFAULT_SETTINGS).state;
  }
}

function cardWith(othersMb: number): CardSample {
  const own = {
    contextMb: 300,
    allocatedMb: 1766,
    activeMb: 1766,
    reservedMb: 1840,
    inactiveSplitMb: 4,
    largestFreeMb: 1000,
    allocRetries: 0,
    peakMb: 1840,
  };
  const driverFreeMb = 4295 - othersMb - own.contextMb - own.reservedMb;
  return { totalMb: 4295, driverFreeMb, own, source: 'simulated' };
}

function timelineOfADay(): readonly string[] {
  const world = {
    total_mb: 4295,
    stt_mb: 1766,
    vad_mb: 2.2,
    context_mb: 300,
    activation_base_mb: 60,
    activation_mb_per_s: 4,
    gpu_rtf: 0.05,
    cpu_rtf: 0.5,
    gpu_load_s: 3,
    cpu_load_s: 2,
    ram_free_mb: 8000,
    cpu_engine_mb: 600,
    gpu: true,
  };
  const speech = Array.from({ length: 8_639 }, (_, i) => ({ t_s: 10 * (i + 1), speech_s: 4.2 }));
  return [{ world }, { t_s: 0, others_mb: 250 }, ...speech, { t_s: 86_400, end: true }].map(
    (line) => JSON.stringify(line),
  );
}
