/** Names of the files in the journal folder, see docs/journal-format.md. */
export const INDEX_NAME = 'index.log';
export const INDEX_DRAFT_NAME = 'index.new';
export const BROKEN_PREFIX = 'index.broken-';
export const DRAFT_SUFFIX = '.part';

/** Widths that keep names in order for 317 years of sound and a million recordings. */
const RECORDING_DIGITS = 6;
const SAMPLE_DIGITS = 14;

export function pieceName(recording: number, firstSample: number): string {
  return `${pad(recording, RECORDING_DIGITS)}-${pad(firstSample, SAMPLE_DIGITS)}.pcm`;
}

export function parsePieceName(name: string): { recording: number; first: number } | null {
  const match = /^(\d{6,})-(\d{14,})\.pcm$/.exec(name);
  return match === null ? null : { recording: Number(match[1]), first: Number(match[2]) };
}

export function wavName(kind: 'pending' | 'delivered', id: number): string {
  return `${kind}-${id}.wav`;
}

export function parseWavName(name: string): { kind: 'pending' | 'delivered'; id: number } | null {
  const match = /^(pending|delivered)-(\d+)\.wav$/.exec(name);
  if (match === null) return null;
  return { kind: match[1] === 'pending' ? 'pending' : 'delivered', id: Number(match[2]) };
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0');
}
