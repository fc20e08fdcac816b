import { wordsOf } from '../speech/word-errors.js';

/** What became of what was said: in order, each once, nothing else. */
export interface WordCount {
  readonly said: number;
  readonly typed: number;
  readonly lost: number;
  readonly added: number;
  /** The first place where they part, for people. */
  readonly firstDifference: string | null;
}

/** Compares two long texts word by word; after a difference it looks for the nearest place where they meet. */
export function compareTexts(said: string, typed: string): WordCount {
  const [a, b] = [wordsOf(said), wordsOf(typed)];
  let [i, j, lost, added] = [0, 0, 0, 0];
  let firstDifference: string | null = null;
  while (i < a.length || j < b.length) {
    if (a[i] === b[j]) {
      [i, j] = [i + 1, j + 1];
      continue;
    }
    firstDifference ??= `said "${a.slice(i, i + 6).join(' ')}", typed "${b.slice(j, j + 6).join(' ')}"`;
    const [skipSaid, skipTyped] = nearestMeeting(a.slice(i, i + 200), b.slice(j, j + 200));
    [lost, added] = [lost + skipSaid, added + skipTyped];
    [i, j] = [i + skipSaid, j + skipTyped];
  }
  return { said: a.length, typed: b.length, lost, added, firstDifference };
}

/** The fewest words to skip on both sides until four words agree. */
function nearestMeeting(a: readonly string[], b: readonly string[]): readonly [number, number] {
  for (let skipped = 1; skipped <= a.length + b.length; skipped += 1) {
    for (let x = Math.max(0, skipped - b.length); x <= Math.min(skipped, a.length); x += 1) {
      const y = skipped - x;
      const agree = [0, 1, 2, 3].every((k) => a[x + k] === b[y + k]);
      if (agree) return [x, y];
    }
  }
  return [Math.max(1, a.length), b.length];
}
