import { type Clip, peopleFolder, readClips, syntheticFolder } from './clips.js';
import { hesitant, joined, plain, type SpeechTake, takeOf } from './takes.js';

/** Neighbours in the book that are one sentence, with the pause between them in seconds. */
const ONE_SENTENCE: readonly (readonly [string, string, number])[] = [
  ['librivox-0880', 'librivox-0890', 0.45],
  ['librivox-0920', 'librivox-0930', 0.65],
];

/** Recorded people where there are some, and the synthetic voice of the tests. */
export function speechSets(): readonly SpeechTake[] {
  const folder = peopleFolder();
  const people = folder === null ? [] : peopleTakes(readClips(folder));
  const clips = readClips(syntheticFolder());
  const lines = [...clips.slice(0, 4).map(plain), ...clips.slice(-4).map(hesitant)];
  return [...people, takeOf('synthetic voice', lines)];
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
