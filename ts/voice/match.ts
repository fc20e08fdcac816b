import type { Command, Index, Lexicon } from './lexicon.js';

/** Said before a command, this word makes the command's own words the text: "literally comma" types "comma". */
export const LITERAL_ESCAPE = 'literally';

export interface Match {
  readonly command: Command;
  /** Words that the spoken form takes, at least 1. */
  readonly words: number;
}

/** The words of a text as they are compared. */
export interface Compared {
  /** In lower case. */
  readonly lowered: readonly string[];
  /** In their heard form, which is what custom words are compared with; empty where there are none. */
  readonly heard: readonly string[];
}

/** The longest spoken form that starts at `at`, or null where a plain word stands. */
export function matchLongest(lexicon: Lexicon, compared: Compared, at: number): Match | null {
  const written = matchIn(lexicon, compared.lowered, at);
  const heard = matchIn(lexicon.heard, compared.heard, at);
  return heard !== null && heard.words >= (written?.words ?? 0) ? heard : written;
}

function matchIn(lexicon: Index, lowered: readonly string[], at: number): Match | null {
  const first = lowered[at]?.split(' ', 1)[0];
  const longest = first === undefined ? undefined : lexicon.longest.get(first);
  if (longest === undefined) return null;
  for (let words = Math.min(longest, lowered.length - at); words > 0; words -= 1) {
    const command = lexicon.commands.get(lowered.slice(at, at + words).join(' '));
    if (command !== undefined) return { command, words };
  }
  return null;
}
