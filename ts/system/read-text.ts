import { readFileSync } from 'node:fs';

/** A text file of a person's, as an editor of any system may have saved it. */
export interface TextFile {
  /** Without a byte order mark. */
  readonly text: string;
  /** What a person should know of its encoding; null for UTF-8. */
  readonly note: string | null;
}

/**
 * Reads UTF-8 with or without a mark, UTF-16 with one, and takes what is neither for Windows-1252 (Latin-1 and its
 * quotes), which has a character for every byte. Throws what `readFileSync` throws.
 */
export function readTextFile(path: string): TextFile {
  return decodeText(readFileSync(path));
}

/** @forTests */
export function decodeText(bytes: Buffer): TextFile {
  const marked = MARKS.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark));
  if (marked !== undefined) {
    const text = new TextDecoder(marked.encoding).decode(bytes);
    return { text, note: `read as ${marked.name}, not UTF-8: save it as UTF-8` };
  }
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), note: null };
  } catch {
    const text = bytes
      .toString('latin1')
      .replace(C1, (character) => WINDOWS_1252[character.charCodeAt(0) - 0x80] ?? character);
    return { text, note: 'not UTF-8, read as Latin-1 (Windows-1252): save it as UTF-8' };
  }
}

/** What Windows-1252 has where Latin-1 has control characters; Node's own decoder leaves those. */
const WINDOWS_1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';
const C1 = /[\x80-\x9f]/g;

const MARKS = [
  { mark: Buffer.from([0xff, 0xfe]), encoding: 'utf-16le', name: 'UTF-16' },
  { mark: Buffer.from([0xfe, 0xff]), encoding: 'utf-16be', name: 'UTF-16' },
] as const;
