import type { Command, Lexicon } from './lexicon.js';

export interface Match {
  readonly command: Command;
  /** Words that the spoken form takes, at least 1. */
  readonly words: number;
}

/** The longest spoken form that starts at `at` in the lower-cased words, or null where a plain word stands. */
export function matchLongest(
  lexicon: Lexicon,
  lowered: readonly string[],
  at: number,
): Match | null {
  const first = lowered[at];
  const longest = first === undefined ? undefined : lexicon.longest.get(first);
  if (longest === undefined) return null;
  for (let words = Math.min(longest, lowered.length - at); words > 0; words -= 1) {
    const command = lexicon.commands.get(lowered.slice(at, at + words).join(' '));
    if (command !== undefined) return { command, words };
  }
  return null;
}
