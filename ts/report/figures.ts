import type { Lane, ReportData, ReportText } from './report-data.js';

/** Delays in seconds; nearest rank, as in the summary of a simulation. 0 where there is nothing. */
interface Delays {
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

interface RungFigures {
  readonly rung: string;
  readonly texts: number;
  readonly words: number | null;
  readonly delays: Delays;
}

interface HourFigures {
  readonly fromS: number;
  readonly texts: number;
  readonly words: number | null;
  /** Words per minute of speech; null where nobody counted words. */
  readonly wpm: number | null;
  readonly peakUsedMb: number | null;
}

export interface Figures {
  readonly texts: number;
  readonly words: number | null;
  readonly speechS: number;
  readonly wpm: number | null;
  readonly onCard: number;
  readonly onCpu: number;
  readonly onRemote: number;
  readonly delays: Delays;
  /** Texts, and their words, whose first attempt had failed. */
  readonly rescuedTexts: number;
  readonly rescuedWords: number | null;
  readonly kept: number;
  readonly faults: number;
  readonly rungs: readonly RungFigures[];
  readonly hours: readonly HourFigures[];
}

const HOUR_S = 3_600;

/** Every figure that the page shows as a number. */
export function countFigures(data: ReportData): Figures {
  const { texts, marks } = data;
  const rescued = texts.filter((text) => text.rescued);
  const speechS = sum(texts.map((text) => text.speechS));
  const words = countWords(texts);
  return {
    texts: texts.length,
    words,
    speechS,
    wpm: perMinute(words, speechS),
    onCard: texts.filter(({ place }) => place === 'card').length,
    onCpu: texts.filter(({ place }) => place === 'cpu').length,
    onRemote: texts.filter(({ place }) => place === 'remote').length,
    delays: rankDelays(texts),
    rescuedTexts: rescued.length,
    rescuedWords: countWords(rescued),
    kept: marks.filter(({ kind }) => kind === 'kept').length,
    // What is decided on one fault is decided in one moment.
    faults: new Set(marks.filter(({ kind }) => kind === 'fault').map(({ atS }) => atS)).size,
    rungs: byRung(texts),
    hours: byHour(data),
  };
}

/** Seconds in each value of a lane, the longest first. */
export function timeIn(lane: Lane): readonly (readonly [value: string, seconds: number])[] {
  const seconds = new Map<string, number>();
  for (const { value, fromS, toS } of lane.spans) {
    seconds.set(value, (seconds.get(value) ?? 0) + toS - fromS);
  }
  return [...seconds].sort(([, a], [, b]) => b - a);
}

function byRung(texts: readonly ReportText[]): readonly RungFigures[] {
  const groups = groupBy(texts, ({ rung }) => rung);
  const rungs = [...groups].map(([rung, members]) => ({
    rung,
    texts: members.length,
    words: countWords(members),
    delays: rankDelays(members),
  }));
  return rungs.sort((a, b) => b.texts - a.texts);
}

/** Hours in which something was said or measured, from the full hour on (of the epoch, or of the run). */
function byHour({ texts, memory }: ReportData): readonly HourFigures[] {
  const groups = groupBy(texts, ({ endedS }) => Math.floor(endedS / HOUR_S));
  const peaks = new Map<number, number>();
  memory.t.forEach((t, i) => {
    const hour = Math.floor(t / HOUR_S);
    peaks.set(hour, Math.max(peaks.get(hour) ?? 0, memory.used[i] ?? 0));
  });
  const hours = new Set([...groups.keys(), ...peaks.keys()]);
  return [...hours]
    .sort((a, b) => a - b)
    .map((hour) => {
      const members = groups.get(hour) ?? [];
      const words = countWords(members);
      const wpm = perMinute(words, sum(members.map(({ speechS }) => speechS)));
      const peakUsedMb = peaks.get(hour) ?? null;
      return { fromS: hour * HOUR_S, texts: members.length, words, wpm, peakUsedMb };
    });
}

function rankDelays(texts: readonly ReportText[]): Delays {
  const sorted = Float64Array.from(texts, ({ delayS }) => delayS).sort();
  const rank = (share: number): number =>
    Math.round((sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0) * 1_000) / 1_000;
  return { p50: rank(0.5), p95: rank(0.95), max: rank(1) };
}

/** Null where one of them was not counted. */
function countWords(texts: readonly ReportText[]): number | null {
  let words = 0;
  for (const text of texts) {
    if (text.words === null) return null;
    words += text.words;
  }
  return words;
}

function perMinute(words: number | null, speechS: number): number | null {
  return words === null || speechS === 0 ? null : words / (speechS / 60);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

function groupBy<K>(
  texts: readonly ReportText[],
  keyOf: (text: ReportText) => K,
): ReadonlyMap<K, readonly ReportText[]> {
  const groups = new Map<K, ReportText[]>();
  for (const text of texts) {
    const key = keyOf(text);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [text]);
    else group.push(text);
  }
  return groups;
}
