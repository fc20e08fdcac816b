import { splitWords } from './characters.js';
import { LITERAL_ESCAPE } from './match.js';

/** Said alone it takes back the last text that was typed. */
const SPOKEN = ['scratch', 'that'];

/**
 * What a whole utterance is to "scratch that": the command, its words behind the escape, or a text like any other.
 * Signs that a recogniser writes around them make no difference.
 */
export function readScratch(text: string): 'command' | 'escaped' | null {
  const words = splitWords(text.toLowerCase().replace(/[.,?!;:]/g, ' '));
  if (isSpoken(words)) return 'command';
  return words[0] === LITERAL_ESCAPE && isSpoken(words.slice(1)) ? 'escaped' : null;
}

/** Whether these words, in lower case and all that was said so far, could become it, or are it. */
export function beginsScratch(words: readonly string[]): boolean {
  return (
    words.length > 0 &&
    words.length <= SPOKEN.length &&
    words.every((word, at) => word === SPOKEN[at])
  );
}

function isSpoken(words: readonly string[]): boolean {
  return words.join(' ') === SPOKEN.join(' ');
}

/** The text behind the escape. */
export function withoutEscape(text: string): string {
  const [, ...words] = splitWords(text);
  return words.join(' ');
}
