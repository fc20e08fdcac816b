/** Bytes that are looked at, and the fewest that say anything: no real sound is letters for so long. */
const LOOKED_AT = 512;
const FEWEST = 32;
/** First bytes of sound files: a program that writes one of these does not write bare samples. */
const HEADERS = ['RIFF', 'RIFX', 'RF64', '.snd', 'FORM', 'OggS', 'fLaC', 'caff'];

/** A file header where bare samples were asked for. `start`: the first bytes that the program wrote. */
export function startsWithHeader(start: Buffer): boolean {
  return HEADERS.includes(start.toString('latin1', 0, 4));
}

/** Words for people on the stream that carries samples. Silence is none. */
export function isText(bytes: Buffer): boolean {
  return bytes.length >= FEWEST && bytes.subarray(0, LOOKED_AT).every(isTextByte);
}

function isTextByte(byte: number): boolean {
  return (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
