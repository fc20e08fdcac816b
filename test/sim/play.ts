import type { Rung } from '../../ts/domain/device.js';
import type { PolicyFact } from '../../ts/domain/events.js';
import { readTimeline } from '../../ts/protocol/simulation/simulation.js';
import { simulate } from '../../ts/sim/run-simulation.js';

export interface Line {
  readonly t_s?: number;
  readonly [key: string]: unknown;
}

/** A line of output, as anyone would read it. */
export interface OutputLine {
  readonly t_s: number;
  readonly action: string;
  readonly reason: string;
  readonly level: string;
  readonly used_mb: number | null;
  readonly others_mb: number | null;
  readonly device?: Rung;
  readonly worker?: 'gpu' | 'cpu';
  readonly vad?: boolean;
  readonly model?: 'small';
  readonly utterance?: number;
  readonly state?: string;
}

interface Summary {
  readonly utterances: number;
  readonly on_gpu: number;
  readonly on_cpu: number;
  readonly pending: number;
  readonly lost: number;
  readonly gpu_oom: number;
  readonly faults: number;
  readonly moves_vad: number;
  readonly moves_stt: number;
  readonly worker_spawns: number;
  readonly probes: number;
  readonly breaker_opened: number;
  readonly seconds: Readonly<Record<string, number>>;
  readonly gpu_share: number;
  readonly text_delay_s: { readonly p50: number; readonly p95: number; readonly max: number };
}

interface Text {
  readonly atS: number;
  readonly utterance: number;
  readonly device: Rung;
  readonly first: boolean;
}

interface CardReading {
  readonly atS: number;
  readonly usedMb: number;
  /** Where the policy believes voice activity detection to live, right after this sample. */
  readonly vad: Rung;
  readonly vadLeaves: boolean;
}

export interface Played {
  readonly totalMb: number;
  readonly lines: readonly OutputLine[];
  readonly summary: Summary;
  readonly texts: readonly Text[];
  readonly readings: readonly CardReading[];
  readonly verdict: { readonly lost: number };
}

/** Runs a timeline, given as the objects of its lines, and keeps all that it shows. */
export function play(world: Line, events: readonly Line[]): Played {
  const texts: Text[] = [];
  const readings: CardReading[] = [];
  const timeline = readTimeline([{ world }, ...events].map((line) => JSON.stringify(line)));
  const run = simulate(timeline, {
    onText: (utterance, device, atS, first) => texts.push({ utterance, device, atS, first }),
    onFact: (fact, atS, state) => {
      const usedMb = usedOf(fact);
      if (usedMb === null) return;
      const vadLeaves = state.vad.moving?.to === 'cpu' || state.gpu.kind === 'ending';
      readings.push({ atS, usedMb, vad: state.vad.device, vadLeaves });
    },
  });
  const output: string[] = [];
  let next = run.next();
  for (; next.done !== true; next = run.next()) output.push(next.value);
  const last = JSON.parse(output.pop() ?? '{}');
  const lines = output.map((line): OutputLine => JSON.parse(line));
  const { totalMb } = timeline.world;
  return { totalMb, lines, summary: last.summary, texts, readings, verdict: next.value };
}

function usedOf(fact: PolicyFact): number | null {
  if (fact.kind !== 'sample') return null;
  const { totalMb, driverFreeMb, own } = fact.card;
  const reclaimableMb = own === null ? 0 : own.reservedMb - own.activeMb - own.inactiveSplitMb;
  return totalMb - driverFreeMb - reclaimableMb;
}
