import type { OutputLine, Played } from './play.js';

/** What a timeline must show beside the promises that hold for every one. */
export interface Expectation {
  /** The world ends without trouble: nothing may be left waiting. */
  readonly healthy?: boolean;
  readonly gpuShareAtLeast?: number;
  readonly gpuOomAtMost?: number;
  /** From this time on every transcription goes to the card. */
  readonly onGpuFromS?: number;
  /** `onGpuFromS` holds for a first return only: after one that failed a longer wait is right. */
  readonly firstReturnOnly?: boolean;
  /** No model moves and no worker ends. */
  readonly nothingMoves?: boolean;
  /** A person moves models, which no rule limits. */
  readonly movedByHand?: boolean;
}

/** Two samples make a level, so this long after the first one over the line the model must be on its way. */
const REACTION_S = 2.1;
const MOVE_SPACING_S = 60;
const ROUNDING_S = 0.01;

/** Reads a run from outside, with its own arithmetic, and says which promises were broken. */
export function findBreaches(played: Played, expected: Expectation = {}): string[] {
  return [
    ...checkSpeech(played, expected.healthy !== false),
    ...checkVad(played),
    ...checkVadLines(played),
    ...(expected.movedByHand === true ? [] : checkMoves(played)),
    ...checkBreaker(played),
    ...checkFigures(played, expected),
  ];
}

function* checkSpeech({ summary, texts, verdict }: Played, healthy: boolean): Generator<string> {
  if (summary.lost !== 0 || verdict.lost !== 0) yield `lost ${summary.lost}`;
  if (healthy && summary.pending !== 0) yield `pending ${summary.pending}`;
  const all = summary.on_gpu + summary.on_cpu + summary.pending + summary.lost;
  if (all !== summary.utterances) yield `${summary.utterances} utterances, ${all} accounted for`;
  let last = 0;
  for (const text of texts) {
    if (!text.first) yield `utterance ${text.utterance} has two texts (t ${text.atS})`;
    if (text.utterance < last) yield `utterance ${text.utterance} after ${last} (t ${text.atS})`;
    last = Math.max(last, text.utterance);
  }
}

function* checkVad({ readings, totalMb }: Played): Generator<string> {
  const criticalMb = criticalOf(totalMb);
  let sinceS: number | null = null;
  for (const reading of readings) {
    const wrong = reading.usedMb >= criticalMb && reading.vad === 'cuda' && !reading.vadLeaves;
    if (!wrong) sinceS = null;
    else sinceS ??= reading.atS;
    if (sinceS === null || reading.atS - sinceS < REACTION_S) continue;
    yield `VAD on the GPU at ${reading.usedMb} MB since ${sinceS} (t ${reading.atS})`;
    return;
  }
}

/** The same from the output alone: figures that high go with a decision that takes the model off the card. */
function* checkVadLines({ lines, totalMb }: Played): Generator<string> {
  let suspect: OutputLine | null = null;
  let onCard = false;
  for (const line of lines) {
    if (line.worker === 'gpu') onCard = line.vad === true;
    if (line.action === 'move_vad') onCard = line.device === 'cuda';
    if (!onCard) suspect = null;
    if (suspect !== null && line.t_s > suspect.t_s) break;
    if (onCard && (line.used_mb ?? 0) >= criticalOf(totalMb)) suspect ??= line;
  }
  if (suspect === null) return;
  yield `${suspect.action} at ${suspect.used_mb} MB with VAD on the GPU (t ${suspect.t_s})`;
}

function criticalOf(totalMb: number): number {
  return totalMb >= 3900 && totalMb <= 4400 ? 3500 : 0.875 * totalMb;
}

function* checkMoves({ lines }: Played): Generator<string> {
  const lastS = new Map<string, number>();
  for (const line of lines) {
    if (line.action !== 'move_vad' && line.action !== 'move_stt') continue;
    const before = lastS.get(line.action);
    if (before !== undefined && line.t_s - before < MOVE_SPACING_S - ROUNDING_S) {
      yield `${line.action} at ${before} and ${line.t_s}`;
    }
    lastS.set(line.action, line.t_s);
  }
}

function* checkBreaker({ lines }: Played): Generator<string> {
  let closed = true;
  for (const line of lines) {
    if (line.action === 'breaker') closed = line.state === 'closed';
    if (!closed && isOnGpu(line))
      yield `transcribed on the GPU with an open breaker (t ${line.t_s})`;
  }
}

function isOnGpu(line: OutputLine): boolean {
  return line.action === 'transcribe' && line.device === 'cuda';
}

function isOnCpu(line: OutputLine): boolean {
  return line.action === 'transcribe' && line.device === 'cpu';
}

/** How often the speech model was put on the card up to a time. */
function countArrivals(lines: readonly OutputLine[], untilS: number): number {
  const arrivals = lines.filter(
    (line) =>
      line.t_s < untilS &&
      ((line.action === 'spawn_worker' && line.worker === 'gpu') ||
        (line.action === 'move_stt' && line.device === 'cuda')),
  );
  return arrivals.length;
}

function* checkFigures(played: Played, expected: Expectation): Generator<string> {
  const { summary, texts, lines } = played;
  if (summary.gpu_share < (expected.gpuShareAtLeast ?? 0)) yield `gpu_share ${summary.gpu_share}`;
  if (summary.gpu_oom > (expected.gpuOomAtMost ?? 1e9)) yield `gpu_oom ${summary.gpu_oom}`;
  const fromS = expected.onGpuFromS ?? Number.POSITIVE_INFINITY;
  const late = lines.find((line) => line.t_s > fromS && isOnCpu(line));
  const excused = expected.firstReturnOnly === true && countArrivals(lines, fromS - 75) > 1;
  if (late !== undefined && !excused) yield `utterance ${late.utterance} on the CPU at ${late.t_s}`;
  if (fromS < 1e9 && !texts.some((text) => text.atS > fromS)) yield `no text after ${fromS}`;
  const moved = lines.find((line) => /move_|kill_worker|degrade/.test(line.action));
  if (expected.nothingMoves === true && moved !== undefined) {
    yield `${moved.action} ${moved.worker ?? moved.device ?? ''} at ${moved.t_s}`;
  }
}
