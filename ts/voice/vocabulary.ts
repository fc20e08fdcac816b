/** Longer is no word or phrase that anybody says as one. */
const LONGEST = 60;
/** All of them go along with each request. */
const MOST = 500;

export interface Vocabulary {
  readonly words: readonly string[];
  /** What is wrong with single lines, with their numbers. */
  readonly notes: readonly string[];
}

/** A file of words and phrases, one a line; empty lines and those that begin with # count for nothing. */
export function readVocabulary(file: string, text: string): Vocabulary {
  const words = new Set<string>();
  const notes: string[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const word = line.normalize('NFC').trim().replace(/\s+/g, ' ');
    if (word === '' || word.startsWith('#')) continue;
    const flaw = findFlaw(word);
    if (flaw !== null) notes.push(`${file}:${index + 1}: ${flaw}`);
    else if (words.size < MOST) words.add(word);
    else {
      notes.push(`${file}:${index + 1}: only the first ${MOST} words are used`);
      break;
    }
  }
  return { words: [...words], notes };
}

function findFlaw(word: string): string | null {
  if (word.length > LONGEST) return `longer than ${LONGEST} characters`;
  if (!/\p{L}/u.test(word)) return 'no letter in it: write it as it is said';
  return /[\p{N}]/u.test(word) ? 'numbers are heard as words (nineteen, not 19)' : null;
}
