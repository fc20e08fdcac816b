import type { Section, Verdict } from '../report/report.js';
import { quantile, sum } from '../report/statistics.js';
import type { LagResult } from './judge.js';

const BREATH = 'in one breath';

/** One table a set. */
export function describeLags(
  results: readonly LagResult[],
  missing: readonly string[],
): readonly Section[] {
  const sets = [...new Set(results.map(({ set }) => set))];
  const starts = results.map(({ played }) => played.startAnsweredS - played.startAskedS);
  const startMs = Math.max(...starts) * 1e3;
  return sets.map((set, index) => ({
    title: `Lag of each word: ${set}`,
    columns: [
      'way',
      'recordings',
      'words',
      'lag p50 s',
      'p95 s',
      'pause to text p50 s',
      'p95 s',
      'word errors',
      'missing',
      'engine s/s',
      'processor',
    ],
    rows: results.filter((each) => each.set === set).map(row),
    notes:
      index < sets.length - 1
        ? []
        : [
            'Lag: from the end of a word in the sound to its last key, for words that were typed as they were said. Pause to text: the last word of each sentence, from the last sound of the voice.',
            'The ends of words are laid on the single, clean clip by Whisper tiny.en (word timestamps of the given transcript); the last one is where the voice ends by its loudness.',
            `One way after the other on the same sound. When it began lies between the request to start and its answer, ${startMs.toFixed(0)} ms at most.`,
            'Engine: seconds of it for a second of sound. Processor: time of all processes of the way while it was played, of one core.',
            ...missing,
          ],
  }));
}

function row(result: LagResult): (string | number)[] {
  const { lagS, pauseToTextS, played, soundS } = result;
  return [
    result.way,
    result.sentences,
    result.words,
    quantile(lagS, 0.5).toFixed(2),
    quantile(lagS, 0.95).toFixed(2),
    quantile(pauseToTextS, 0.5).toFixed(2),
    quantile(pauseToTextS, 0.95).toFixed(2),
    result.wordErrors,
    result.missing,
    (played.engineS / soundS).toFixed(2),
    `${((played.cpuS / played.wallS) * 100).toFixed(0)} %`,
  ];
}

/** What the limits of the project say about these results. */
export function judgeLags(results: readonly LagResult[]): readonly Verdict[] {
  const of = (way: string) => results.filter((each) => each.way === way);
  const [today, early, live] = [of('today'), of('early'), of('live')];
  if (today.length === 0) return [];
  const people = early.filter(({ set }) => set.startsWith('people') && !set.includes(BREATH));
  const pauses = people.flatMap(({ pauseToTextS }) => pauseToTextS);
  const lags = live.filter(({ set }) => set.includes(BREATH)).flatMap(({ lagS }) => lagS);
  return [
    ...within('early: pause to text, people', pauses, 0.5, 0.9),
    ...within('live: lag of a word, 20 s in one breath', lags, 1.2, 2.2),
    ...notAbove('early', early, today),
    ...notAbove('live', live, today),
    ...(live.length === 0
      ? []
      : [atMost('live: keys that erase', sum(live.map((each) => each.erasingKeys)), 0, '')]),
  ];
}

function within(
  what: string,
  values: readonly number[],
  p50: number,
  p95: number,
): readonly Verdict[] {
  if (values.length === 0) return [];
  return [
    atMost(`${what}, p50`, quantile(values, 0.5), p50, 's'),
    atMost(`${what}, p95`, quantile(values, 0.95), p95, 's'),
  ];
}

/** Against the same sound recognised as whole utterances. */
function notAbove(
  way: string,
  own: readonly LagResult[],
  today: readonly LagResult[],
): readonly Verdict[] {
  if (own.length === 0) return [];
  const total = (results: readonly LagResult[], key: 'wordErrors' | 'missing') =>
    sum(results.map((each) => each[key]));
  return [
    atMost(
      `${way}: word errors, against today`,
      total(own, 'wordErrors'),
      total(today, 'wordErrors'),
      '',
    ),
    atMost(
      `${way}: missing words, against today`,
      total(own, 'missing'),
      total(today, 'missing'),
      '',
    ),
  ];
}

function atMost(what: string, value: number, limit: number, unit: string): Verdict {
  return {
    what,
    value: `${Number(value.toFixed(2))} ${unit}`.trim(),
    limit: `<= ${limit} ${unit}`.trim(),
    met: value <= limit,
  };
}
