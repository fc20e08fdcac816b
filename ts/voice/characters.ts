/**
 * The character classes of the original, which ran on Python: white space as `str.isspace` (what `str.split()`
 * cuts at), letters and digits as `str.isalnum`. JavaScript's `\s` differs (it has U+FEFF, and lacks U+001C to
 * U+001F and U+0085), so the set is written out.
 */
const WHITE_SPACE_RUN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: U+001C to U+001F are white space to Python.
  /[\t-\r\x1c-\x20\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]+/;
const WHITE_SPACE = new RegExp(`^(?:${WHITE_SPACE_RUN.source})$`);
const LETTER_OR_DIGIT = /^[\p{L}\p{N}]$/u;

/** The words of a text, cut at white space; empty for a text without any. */
export function splitWords(text: string): string[] {
  return text.split(WHITE_SPACE_RUN).filter((word) => word !== '');
}

/** One character (code point), or '' where there is none. */
export function isWhiteSpace(character: string): boolean {
  return character === ' ' || WHITE_SPACE.test(character);
}

/** Letter or digit of any script. */
export function isLetterOrDigit(character: string): boolean {
  return LETTER_OR_DIGIT.test(character);
}

/** Double quote, single quote, backtick. */
export function isQuote(character: string): boolean {
  return character === '"' || character === "'" || character === '`';
}

/** Last character (code point) of a text, '' where it is empty. */
export function lastCharacter(text: string): string {
  const end = text.length;
  if (end === 0) return '';
  const code = text.charCodeAt(end - 1);
  const isLowSurrogate = code >= 0xdc00 && code <= 0xdfff;
  const pair = isLowSurrogate && end > 1 ? text.codePointAt(end - 2) : undefined;
  return pair !== undefined && pair > 0xffff ? text.slice(end - 2) : text.charAt(end - 1);
}
