import type { Section, Verdict } from '../report/report.js';
import { quantile, sum } from '../report/statistics.js';
import type { Sentence, SpeechTake } from '../speech/takes.js';
import { wordErrors, wordsOf } from '../speech/word-errors.js';
import { type Delivered, type LiveSnapshot, startLive } from './live.js';

export interface Way {
  readonly name: string;
  readonly config: string;
  /** Somebody reads along (`swictation top --text`), so the engine also looks at speech that goes on. */
  readonly reader?: boolean;
}

/** What a fresh configuration does. */
export const DEFAULT_WAY = 'early';

export const WAYS: readonly Way[] = [
  { name: 'fixed 2.0 s', config: vad('fixed', 2.0, false) },
  { name: 'fixed 0.8 s', config: vad('fixed', 0.8, false) },
  { name: 'adaptive', config: vad('adaptive', 2.0, false) },
  { name: 'adaptive + speculation', config: vad('adaptive', 2.0, true) },
  { name: DEFAULT_WAY, config: vad('adaptive', 2.0, true, true) },
  { name: 'the same, read along', config: vad('adaptive', 2.0, true, true), reader: true },
];

/** What one way made of one take. */
export interface WayResult {
  readonly way: string;
  readonly set: string;
  /** From the last sound of the voice to the last key, for each sentence that ended an utterance. */
  readonly pauseToTextMs: readonly number[];
  readonly delivered: readonly Delivered[];
  readonly wrongCuts: number;
  readonly sentences: number;
  readonly wordErrors: number;
  readonly words: number;
  readonly speculation: LiveSnapshot['speculation'];
}

/** The voice of an utterance that ends within a sentence, or this shortly behind it, belongs to it. */
const SENTENCE_MARGIN_S = 0.5;

/** Plays a take in real time to a daemon of its own. */
export async function playTake(take: SpeechTake, way: Way): Promise<WayResult> {
  const { config, reader = false } = way;
  const live = await startLive({ pcm: take.pcm, config, reader, args: ['--realtime'] });
  try {
    await live.daemon.ask('start');
    await live.finished();
    const { speculation } = await live.snapshot();
    return judge(take, way.name, live.delivered, live.typed(), speculation);
  } finally {
    await live.close();
  }
}

function judge(
  take: SpeechTake,
  way: string,
  delivered: readonly Delivered[],
  typed: string,
  speculation: LiveSnapshot['speculation'],
): WayResult {
  const said = wordsOf(take.sentences.map(({ text }) => text).join(' '));
  return {
    way,
    set: take.name,
    pauseToTextMs: take.sentences.flatMap((sentence) => waitMs(sentence, delivered)),
    delivered,
    wrongCuts: sum(take.sentences.map((each) => Math.max(0, within(each, delivered).length - 1))),
    sentences: take.sentences.length,
    wordErrors: wordErrors(said, wordsOf(typed)),
    words: said.length,
    speculation,
  };
}

/** The daemon counts from where its ear heard the voice stop; people count from the last sound. */
function waitMs(sentence: Sentence, delivered: readonly Delivered[]): number[] {
  const last = within(sentence, delivered).at(-1);
  return last === undefined
    ? []
    : [last.pause_to_text_ms + (last.voice_end_s - sentence.toS) * 1e3];
}

/** The utterances that end in a sentence: more than one means that it was cut. */
function within(sentence: Sentence, delivered: readonly Delivered[]): readonly Delivered[] {
  return delivered.filter(
    ({ voice_end_s: endS }) => endS > sentence.fromS && endS < sentence.toS + SENTENCE_MARGIN_S,
  );
}

/** All sets of one way together, or one set. */
export function describeWays(results: readonly WayResult[], title: string): Section {
  const rows = played(results).map((name) => {
    const own = results.filter(({ way }) => way === name);
    const waits = own.flatMap(({ pauseToTextMs }) => pauseToTextMs);
    return [
      name,
      seconds(quantile(waits, 0.5)),
      seconds(quantile(waits, 0.95)),
      `${sum(own.map(({ wrongCuts }) => wrongCuts))} of ${sum(own.map((each) => each.sentences))}`,
      percent(errorRate(own)),
    ];
  });
  return {
    title,
    columns: ['way', 'p50 s', 'p95 s', 'wrong cuts', 'word errors'],
    rows,
    notes: [
      'From the last sound of the voice (by its loudness) to the last key, played in real time.',
    ],
  };
}

/** The ways that were played, in their usual order. */
function played(results: readonly WayResult[]): readonly string[] {
  return WAYS.map(({ name }) => name).filter((name) => results.some(({ way }) => way === name));
}

/** Where the time goes on the way, medians over all texts of a way. */
export function describeStages(results: readonly WayResult[]): Section {
  const rows = played(results).map((name) => {
    const texts = results.filter(({ way }) => way === name).flatMap(({ delivered }) => delivered);
    const middle = (pick: (text: Delivered) => number) => quantile(texts.map(pick), 0.5).toFixed(1);
    return [
      name,
      middle((text) => text.ear_ms),
      middle((text) => text.endpoint_ms),
      middle((text) => text.queue_ms),
      middle((text) => text.stt_ms),
      middle((text) => text.engine_wait_ms),
      (
        quantile(
          texts.map((text) => text.transform_us),
          0.5,
        ) / 1e3
      ).toFixed(2),
      middle((text) => text.injection_ms),
    ];
  });
  return {
    title: 'Stages, medians in ms',
    columns: [
      'way',
      'ear',
      'endpoint wait',
      'queue',
      'engine',
      'of it waited for',
      'rules',
      'typing',
    ],
    rows,
    notes: [],
  };
}

/** The daemon's own time between the end of an utterance and its text in the sink. */
export function describeOverhead(results: readonly WayResult[]): Section {
  const sets = [...new Set(results.map(({ set }) => set))];
  const rows = sets.map((set) => {
    const values = overheads(results.filter((result) => result.set === set));
    return [set, values.length, ms(quantile(values, 0.5)), ms(quantile(values, 0.95))];
  });
  return {
    title: 'Overhead: end of utterance to text in the sink, minus the engine',
    columns: ['recordings', 'texts', 'p50', 'p95'],
    rows,
    notes: [],
  };
}

/** Without the readers': waiting for a look is waiting for the engine, not work on top of it. */
function overheads(results: readonly WayResult[]): readonly number[] {
  const readers = WAYS.filter(({ reader }) => reader).map(({ name }) => name);
  return results
    .filter(({ way }) => !readers.includes(way))
    .flatMap(({ delivered }) => delivered.map((text) => text.overhead_ms));
}

/** What the limits of the project say about these results. */
export function judgeWays(results: readonly WayResult[]): readonly Verdict[] {
  if (played(results).length < WAYS.length) return [];
  const of = (name: string) => results.filter(({ way }) => way === name);
  const [slow, short, fast] = [of('fixed 2.0 s'), of('fixed 0.8 s'), of(DEFAULT_WAY)];
  const waits = (own: readonly WayResult[], share: number) =>
    quantile(
      own.flatMap(({ pauseToTextMs }) => pauseToTextMs),
      share,
    ) / 1e3;
  const cuts = (own: readonly WayResult[]) => sum(own.map(({ wrongCuts }) => wrongCuts));
  const over = overheads(results);
  return [
    atMost(
      'pause to text, p50, against a third of fixed 2.0 s',
      waits(fast, 0.5),
      waits(slow, 0.5) / 3,
      's',
    ),
    atMost('pause to text, p50', waits(fast, 0.5), 0.8, 's'),
    atMost('pause to text, p95', waits(fast, 0.95), 1.2, 's'),
    atMost('wrong cuts, against fixed 0.8 s', cuts(fast), cuts(short), ''),
    atMost(
      'word errors, points above fixed 2.0 s',
      (errorRate(fast) - errorRate(slow)) * 100,
      0.5,
      '',
    ),
    ...judgeSpeculation(fast),
    atMost('overhead, p50', quantile(over, 0.5), 5, 'ms'),
    atMost('overhead, p95', quantile(over, 0.95), 15, 'ms'),
  ];
}

function judgeSpeculation(fast: readonly WayResult[]): readonly Verdict[] {
  const total = (pick: (figures: WayResult['speculation']) => number) =>
    sum(fast.map(({ speculation }) => pick(speculation)));
  const savedShare = total((figures) => figures.saved_ms) / total((figures) => figures.used_ms);
  const wastedShare =
    total((figures) => figures.dropped_ms) / total((figures) => figures.engine_ms);
  return [
    {
      what: 'engine time saved by speculation on confirmed pauses',
      value: percent(savedShare),
      limit: '>= 60 %',
      met: savedShare >= 0.6,
    },
    atMost('engine time wasted by speculation, of all', wastedShare * 100, 30, '%'),
  ];
}

function atMost(what: string, value: number, limit: number, unit: string): Verdict {
  return {
    what,
    value: `${round(value)} ${unit}`,
    limit: `<= ${round(limit)} ${unit}`,
    met: value <= limit,
  };
}

function errorRate(results: readonly WayResult[]): number {
  return sum(results.map((each) => each.wordErrors)) / sum(results.map(({ words }) => words));
}

function vad(endpointing: string, silenceS: number, speculation: boolean, early = false): string {
  return `[inject]\nearly = ${early}\n[vad]\nendpointing = "${endpointing}"\nsilence_duration = ${silenceS.toFixed(1)}\nspeculation = ${speculation}\n`;
}

function round(value: number): string {
  return value.toFixed(2).replace(/\.?0+$/, '');
}

function seconds(milliseconds: number): string {
  return (milliseconds / 1e3).toFixed(2);
}

function ms(value: number): string {
  return `${value.toFixed(1)} ms`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(1)} %`;
}
