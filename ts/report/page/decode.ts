import type { PackedReport } from '../packed-report.js';

/** What the page draws: times in seconds, memory in MB. */
export interface Report extends Omit<PackedReport, 'memory' | 'texts'> {
  readonly memory: {
    readonly t: Float64Array;
    /** From below: ours, ours and others, all with our cache. */
    readonly own: Float64Array;
    readonly used: Float64Array;
    readonly withCache: Float64Array;
  };
  readonly texts: {
    readonly from: Float64Array;
    readonly ended: Float64Array;
    readonly to: Float64Array;
    readonly delay: Float64Array;
    readonly rung: readonly number[];
    readonly place: readonly number[];
    readonly words: readonly (number | null)[];
    readonly rescued: readonly number[];
  };
}

/** Unpacks what the page carries. */
export async function readReport(base64: string): Promise<Report> {
  const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
  const stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('deflate-raw'));
  return unpack(JSON.parse(await new Response(stream).text()) as PackedReport);
}

function unpack(packed: PackedReport): Report {
  const { fromS, memory, texts } = packed;
  const used = sums(memory.used, 1, 0);
  const cache = sums(memory.cache, 1, 0);
  const ended = sums(texts.ended, 100, fromS);
  const speech = Float64Array.from(texts.speech, (value) => value / 100);
  const delay = Float64Array.from(texts.delay, (value) => value / 100);
  return {
    ...packed,
    memory: {
      t: sums(memory.t, 10, fromS),
      own: sums(memory.own, 1, 0),
      used,
      withCache: used.map((mb, i) => mb + (cache[i] ?? 0)),
    },
    texts: {
      ...texts,
      ended,
      delay,
      from: ended.map((endedS, i) => endedS - (speech[i] ?? 0)),
      to: ended.map((endedS, i) => endedS + (delay[i] ?? 0)),
    },
  };
}

function sums(differences: readonly number[], parts: number, start: number): Float64Array {
  let sum = 0;
  return Float64Array.from(differences, (difference) => {
    sum += difference;
    return start + sum / parts;
  });
}
