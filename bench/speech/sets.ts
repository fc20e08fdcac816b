import { type Clip, peopleFolder, readClips, syntheticFolder } from './clips.js';
import {
  breathless,
  hesitant,
  joined,
  type Line,
  plain,
  type SpeechTake,
  takeOf,
} from './takes.js';

/** Neighbours in the book that are one sentence, with the pause between them in seconds. */
const ONE_SENTENCE: readonly (readonly [string, string, number])[] = [
  ['librivox-0880', 'librivox-0890', 0.45],
  ['librivox-0920', 'librivox-0930', 0.65],
];

/** Where no way waits longer than 0.75 s: the text of a slow engine still comes before the next sentence. */
const BETWEEN_LAGS_S = 1.3;
const BREATH_S = 20;
/** What typed text has no word for. */
const IS_COMMAND = /\bperiod$/;

/** Recorded people where there are some, and the synthetic voice of the tests. */
export function speechSets(): readonly SpeechTake[] {
  const folder = peopleFolder();
  const people = folder === null ? [] : peopleTakes(readClips(folder));
  const clips = readClips(syntheticFolder());
  const lines = [...clips.slice(0, 4).map(plain), ...clips.slice(-4).map(hesitant)];
  return [...people, takeOf('synthetic voice', lines)];
}

/** For the lag of words: sentences as they are and with pauses, and 20 s in one breath. `all`: all recordings. */
export function lagSets(all: boolean): readonly SpeechTake[] {
  const folder = peopleFolder();
  const people = folder === null ? [] : readClips(folder);
  const synthetic = readClips(syntheticFolder()).filter(({ text }) => !IS_COMMAND.test(text));
  const some = (clips: readonly Clip[], odd: number) =>
    all ? clips : clips.filter((_, index) => index % 2 === odd).slice(-2);
  const lines = (clips: readonly Clip[], ways: readonly ((clip: Clip, index: number) => Line)[]) =>
    clips.map((clip, index) => (ways[index % ways.length] ?? plain)(clip, index));
  return [
    takeOf('people', lines(some(people, 0), [plain]), BETWEEN_LAGS_S),
    takeOf('people, hesitating', lines(some(people, 1), [hesitant]), BETWEEN_LAGS_S),
    takeOf('synthetic voice', lines(some(synthetic, 1), [plain, hesitant]), BETWEEN_LAGS_S),
    takeOf('people, 20 s in one breath', [breathless(people, BREATH_S)], BETWEEN_LAGS_S),
    takeOf('synthetic, 20 s in one breath', [breathless(synthetic, BREATH_S)], BETWEEN_LAGS_S),
  ].filter(({ sentences }) => sentences.some(({ text }) => text !== ''));
}

function peopleTakes(clips: readonly Clip[]): readonly SpeechTake[] {
  return [
    takeOf('people', [...clips.map(plain), ...joinedLines(clips)]),
    takeOf('people, hesitating', clips.map(hesitant)),
  ];
}

function joinedLines(clips: readonly Clip[]) {
  const named = new Map(clips.map((clip) => [clip.name, clip]));
  return ONE_SENTENCE.flatMap(([a, b, pauseS]) => {
    const [first, second] = [named.get(a), named.get(b)];
    return first === undefined || second === undefined ? [] : [joined(first, second, pauseS)];
  });
}
