/** What the bytes so far are: a whole JSON text, the beginning of one, or neither. */
export type JsonVerdict = 'whole' | 'beginning' | 'neither';

/**
 * Judges a text that may still be on its way, so that a request in several writes can be waited for and
 * nonsense can be answered at once. Follows RFC 8259; a number at the end counts as whole.
 */
export function judgeJson(text: string): JsonVerdict {
  try {
    const end = skipSpace(text, skipValue(text, skipSpace(text, 0)));
    return end === text.length ? 'whole' : 'neither';
  } catch (error) {
    if (error instanceof Stop) return error.verdict;
    throw error;
  }
}

class Stop extends Error {
  constructor(readonly verdict: 'beginning' | 'neither') {
    super(verdict);
  }
}

/** Each `skip` returns the offset behind what it read; at the end of the text it stops with `beginning`. */
function skipValue(text: string, at: number): number {
  const first = readChar(text, at);
  if (first === '{') return skipObject(text, at + 1);
  if (first === '[') return skipList(text, at + 1);
  if (first === '"') return skipString(text, at);
  if (first === 't') return skipWord(text, at, 'true');
  if (first === 'f') return skipWord(text, at, 'false');
  if (first === 'n') return skipWord(text, at, 'null');
  return skipNumber(text, at);
}

function skipObject(text: string, from: number): number {
  let at = skipSpace(text, from);
  if (readChar(text, at) === '}') return at + 1;
  for (;;) {
    at = skipSpace(text, skipString(text, at));
    at = skipSpace(text, skipChar(text, at, ':'));
    at = skipSpace(text, skipValue(text, at));
    if (readChar(text, at) === '}') return at + 1;
    at = skipSpace(text, skipChar(text, at, ','));
  }
}

function skipList(text: string, from: number): number {
  let at = skipSpace(text, from);
  if (readChar(text, at) === ']') return at + 1;
  for (;;) {
    at = skipSpace(text, skipValue(text, at));
    if (readChar(text, at) === ']') return at + 1;
    at = skipSpace(text, skipChar(text, at, ','));
  }
}

function skipString(text: string, from: number): number {
  let at = skipChar(text, from, '"');
  for (;;) {
    const char = readChar(text, at);
    if (char === '"') return at + 1;
    if (char < ' ') throw new Stop('neither');
    at = char === '\\' ? skipEscape(text, at + 1) : at + 1;
  }
}

function skipEscape(text: string, at: number): number {
  const char = readChar(text, at);
  if ('"\\/bfnrt'.includes(char)) return at + 1;
  if (char !== 'u') throw new Stop('neither');
  for (let digit = at + 1; digit <= at + 4; digit += 1) {
    if (!/[0-9a-fA-F]/.test(readChar(text, digit))) throw new Stop('neither');
  }
  return at + 5;
}

function skipWord(text: string, from: number, word: string): number {
  let at = from;
  for (const char of word) at = skipChar(text, at, char);
  return at;
}

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const NUMBER_BEGINNING = /-?(?:(?:0|[1-9]\d*)(?:\.|(?:\.\d+)?[eE][+-]?)?)?$/y;

function skipNumber(text: string, at: number): number {
  NUMBER.lastIndex = at;
  const found = NUMBER.exec(text);
  const end = at + (found?.[0].length ?? 0);
  if (found !== null && !/[.eE]/.test(text.charAt(end))) return end;
  NUMBER_BEGINNING.lastIndex = at;
  throw new Stop(NUMBER_BEGINNING.test(text) ? 'beginning' : 'neither');
}

function skipSpace(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\n\r'.includes(text.charAt(at))) at += 1;
  return at;
}

function skipChar(text: string, at: number, wanted: string): number {
  if (readChar(text, at) !== wanted) throw new Stop('neither');
  return at + 1;
}

function readChar(text: string, at: number): string {
  if (at >= text.length) throw new Stop('beginning');
  return text.charAt(at);
}
