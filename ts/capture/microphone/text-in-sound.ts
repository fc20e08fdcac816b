/** First bytes of sound files: a program that writes one of these does not write bare samples. */
const HEADERS = ['RIFF', 'RIFX', 'RF64', '.snd', 'FORM', 'OggS', 'fLaC', 'caff'];
/** Letters at the very start, where the sound of a room is still close to zero and no sample looks like two letters. */
const FEWEST_AT_START = 6;
/** Letters in the middle of sound: loud samples look like letters now and then, but not so many in a row. */
const FEWEST_IN_SOUND = 24;

/** A file header where bare samples were asked for. `start`: the first bytes that the program wrote. */
export function startsWithHeader(start: Buffer): boolean {
  return HEADERS.includes(start.toString('latin1', 0, 4));
}

/** Bytes without the words for people among them, and whether there were any. */
export interface Cleaned {
  readonly sound: Buffer;
  readonly words: boolean;
}

/** Takes words out of what should be samples: at the start of the stream a few letters are words already. */
export function withoutWords(bytes: Buffer, atStart: boolean): Cleaned {
  const kept: Buffer[] = [];
  let words = false;
  let from = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const end = endOfLetters(bytes, at);
    const fewest = atStart && at === 0 ? FEWEST_AT_START : FEWEST_IN_SOUND;
    if (end - at >= fewest && isWords(bytes.subarray(at, end))) {
      kept.push(bytes.subarray(from, at));
      from = endOfWords(bytes, at, end);
      words = true;
    }
    at = Math.max(at, end - 1, from - 1);
  }
  if (!words) return { sound: bytes, words };
  kept.push(bytes.subarray(from));
  return { sound: Buffer.concat(kept), words };
}

function endOfLetters(bytes: Buffer, from: number): number {
  let end = from;
  while (end < bytes.length && isPrintable(bytes[end] ?? 0)) end += 1;
  return end;
}

/** Of words most is letters and spaces; and in samples that look like letters every second byte hardly changes. */
function isWords(run: Buffer): boolean {
  let letters = 0;
  let repeated = 0;
  for (const [at, byte] of run.entries()) {
    const upper = byte & 0xdf;
    if ((upper >= 0x41 && upper <= 0x5a) || byte === 0x20) letters += 1;
    if (at > 1 && byte === run[at - 2]) repeated += 1;
  }
  return letters >= 0.6 * run.length && repeated <= 0.25 * run.length;
}

/** Words end with their line; a first sample may look like one more letter. */
function endOfWords(bytes: Buffer, from: number, end: number): number {
  const line = bytes.subarray(from, end).lastIndexOf(0x0a);
  return line < 0 ? end : from + line + 1;
}

function isPrintable(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
