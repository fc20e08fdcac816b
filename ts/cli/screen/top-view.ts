import type { Snapshot } from '../../protocol/command/snapshot.js';
import { describeDecision } from './decision-line.js';
import { formatDuration, formatMb, formatNumber, formatTable } from './format.js';
import { drawGraph, rowOf } from './graph.js';
import { tailOf } from './heard-text.js';
import {
  describeBreaker,
  describeDegraded,
  describeModelFetch,
  describePlace,
  describeRemote,
} from './snapshot-lines.js';

/** Everything that one picture is drawn from. */
export interface TopFacts {
  readonly snapshot: Snapshot;
  /** Used card memory in MB, one value a second, the newest last. */
  readonly usedMb: readonly number[];
  readonly decisions: readonly Readonly<Record<string, unknown>>[];
  /** What is heard of the sentence that is spoken now; null where nothing is, or nobody asked for it. */
  readonly hypothesis: string | null;
}

/** On a 4 GB card its levels then lie on lines of their own. */
const GRAPH_ROWS = 8;
const MARK_WIDTH = 16;

/** The whole picture, lines of at most `width` characters. */
export function drawTop(facts: TopFacts, width: number): string[] {
  const { snapshot } = facts;
  const lines = [
    `swictation  ${describeActivity(snapshot)}`,
    ...drawHypothesis(facts, width),
    '',
    ...drawPressure(facts, width),
    '',
    ...describeModels(snapshot),
    ...describeTrouble(snapshot),
    '',
    ...drawProcesses(snapshot),
    '',
    'Last decisions',
    ...describeDecisions(facts),
  ];
  return lines.map((line) => cut(line, width));
}

/** One line for a log or a pipe. */
export function describeBriefly({ snapshot, hypothesis }: TopFacts): string {
  const { memory, models, queue } = snapshot;
  const used =
    memory === null ? 'no GPU' : `${formatMb(memory.used_mb)}/${formatMb(memory.total_mb)}`;
  const parts = [
    ...[
      snapshot.state,
      snapshot.level,
      used,
      `stt ${models.stt.device}`,
      `vad ${models.vad.device}`,
    ],
    ...[`breaker ${snapshot.breaker.state}`, `queue ${queue.waiting}+${queue.in_flight}`],
    `pending ${snapshot.pending}`,
    ...(snapshot.degraded === null ? [] : [`degraded ${snapshot.degraded.reason}`]),
    ...(memory?.simulated === true ? ['simulated'] : []),
    ...(hypothesis === null ? [] : [`hears: ${hypothesis}`]),
  ];
  return parts.join('  ');
}

function describeActivity(snapshot: Snapshot): string {
  const take = snapshot.recording_s === null ? '' : ` ${formatDuration(snapshot.recording_s)}`;
  const { session } = snapshot;
  const words = session === null ? '' : `, ${session.words} words, ${session.wpm.toFixed(0)} wpm`;
  return `${snapshot.state}${take}${words}`;
}

function drawHypothesis({ hypothesis }: TopFacts, width: number): string[] {
  return hypothesis === null ? [] : [`  ${tailOf(hypothesis, width - 2)}`];
}

function drawPressure({ snapshot, usedMb }: TopFacts, width: number): string[] {
  const { memory } = snapshot;
  if (memory === null) return ['Card memory: no GPU in use'];
  const label = memory.simulated ? 'Card memory (simulated)' : 'Card memory';
  const graph = drawGraph(usedMb, memory.total_mb, GRAPH_ROWS, Math.max(10, width - MARK_WIDTH));
  const marks = markLevels(snapshot, memory.total_mb);
  return [
    `${label}: ${formatMb(memory.used_mb)} of ${formatMb(memory.total_mb)}, level ${snapshot.level}`,
    `  ours ${formatMb(memory.own_mb)}, others ${formatMb(memory.others_mb)}`,
    ...graph.map((line, row) => `${line} ${marks.get(row) ?? ''}`.trimEnd()),
  ];
}

/** Where two levels share a line, the higher one is named. */
function markLevels({ thresholds }: Snapshot, totalMb: number): ReadonlyMap<number, string> {
  if (thresholds === null) return new Map();
  const levels: readonly (readonly [string, number])[] = [
    ['warning', thresholds.warning_mb],
    ['critical', thresholds.critical_mb],
    ['emergency', thresholds.emergency_mb],
  ];
  return new Map(
    levels.map(([name, mb]) => [rowOf(mb, totalMb, GRAPH_ROWS), `${Math.round(mb)} ${name}`]),
  );
}

function describeModels({
  models,
  model_fetch,
  breaker,
  remote,
  queue,
  pending,
  speculation,
}: Snapshot): string[] {
  const engine = models.stt.engine === null ? '' : `, ${models.stt.engine}`;
  const spoken =
    speculation === null
      ? ''
      : `   speculation ${speculation.used} used, ${speculation.dropped} dropped`;
  return [
    `Speech ${describePlace(models.stt)}${engine}`,
    ...describeModelFetch(model_fetch ?? null),
    `Voice activity ${describePlace(models.vad)}`,
    `Breaker ${describeBreaker(breaker)}`,
    ...describeRemote(remote ?? null),
    `Queue ${queue.waiting} waiting, ${queue.in_flight} in work   pending ${pending}${spoken}`,
  ];
}

function describeTrouble(snapshot: Snapshot): string[] {
  const degraded = describeDegraded(snapshot);
  const { message } = snapshot.microphone;
  return [
    ...(degraded === null ? [] : [degraded]),
    ...(message === null ? [] : [`Microphone: ${message}`]),
    ...snapshot.warnings.map((warning) => `Warning: ${warning}`),
  ];
}

function drawProcesses({ processes }: Snapshot): string[] {
  const rows = processes.map((one) => [
    one.name,
    String(one.pid),
    formatMb(one.rss_mb),
    formatNumber(one.cpu_percent, 0, ' %'),
  ]);
  return formatTable([['Process', 'PID', 'Memory', 'CPU'], ...rows], 'lrrr');
}

function describeDecisions({ decisions }: TopFacts): string[] {
  if (decisions.length === 0) return ['  none yet'];
  return decisions.map((decision) => `  ${describeDecision(decision)}`);
}

function cut(line: string, width: number): string {
  const characters = [...line];
  return characters.length <= width ? line : `${characters.slice(0, width - 1).join('')}…`;
}
