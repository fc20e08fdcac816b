import { deflateRawSync } from 'node:zlib';
import type { PackedReport } from './packed-report.js';
import { PLACES } from './places.js';
import type { ReportData } from './report-data.js';
import { thinMemory } from './thin.js';

/** Points of the memory's lines: about one for each pixel of a hundred screens. */
const MOST_SAMPLES = 200_000;
/** More marks than a person walks through; the faults among them are all kept. */
const MOST_MARKS = 20_000;

/** Base64 of the deflated JSON of `packReport`. */
export function encodeReport(data: ReportData): string {
  return deflateRawSync(Buffer.from(JSON.stringify(packReport(data)))).toString('base64');
}

function packReport(data: ReportData): PackedReport {
  const { source, simulated, clock, card, lanes, texts } = data;
  const memory = thinMemory(data.memory, MOST_SAMPLES);
  const rungs = [...new Set(texts.map(({ rung }) => rung))];
  const rungOf = new Map(rungs.map((rung, i) => [rung, i]));
  return {
    ...{ source, simulated, clock, card, lanes, rungs },
    fromS: data.fromS,
    toS: data.toS,
    memory: {
      t: differences(memory.t.map((t) => Math.round((t - data.fromS) * 10))),
      used: differences(memory.used.map(Math.round)),
      own: differences(memory.own.map(Math.round)),
      cache: differences(memory.cache.map(Math.round)),
    },
    texts: {
      ended: differences(texts.map((text) => hundredths(text.endedS - data.fromS))),
      speech: texts.map((text) => hundredths(text.speechS)),
      delay: texts.map((text) => hundredths(text.delayS)),
      rung: texts.map((text) => rungOf.get(text.rung) ?? 0),
      place: texts.map((text) => PLACES.indexOf(text.place)),
      words: texts.map((text) => text.words),
      rescued: texts.map((text) => Number(text.rescued)),
    },
    marks: limitMarks(data.marks),
  };
}

function limitMarks(marks: ReportData['marks']): ReportData['marks'] {
  if (marks.length <= MOST_MARKS) return marks;
  const plain = marks.filter(({ kind }) => kind === 'decision');
  const room = Math.max(0, MOST_MARKS - (marks.length - plain.length));
  const step = Math.ceil(plain.length / Math.max(1, room));
  const kept = new Set(plain.filter((_, i) => i % step === 0));
  return marks.filter((mark) => mark.kind !== 'decision' || kept.has(mark));
}

function hundredths(seconds: number): number {
  return Math.round(seconds * 100);
}

function differences(values: readonly number[]): number[] {
  return values.map((value, i) => value - (values[i - 1] ?? 0));
}
