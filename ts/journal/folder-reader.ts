import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { BYTES_PER_SAMPLE } from '../domain/units.js';
import { type DecodedLog, decodeLog } from './index/lines.js';
import { applyRecord, emptyState, type JournalState, recordingOf } from './index/state.js';
import { INDEX_NAME, parsePieceName, parseWavName } from './names.js';

/** A file with the samples `first` to `first + samples` of a recording. */
export interface Piece {
  readonly path: string;
  readonly first: number;
  samples: number;
}

/** Everything a journal folder holds. */
export interface FolderContents {
  readonly state: JournalState;
  readonly log: DecodedLog;
  /** By recording, in order of time. */
  readonly pieces: ReadonlyMap<number, Piece[]>;
  /** Utterances with a WAV file of their own. */
  readonly wavs: { readonly pending: ReadonlySet<number>; readonly delivered: ReadonlySet<number> };
  /** Sound of recordings that are over and were forgotten: a crash undid only the removal of their files. */
  readonly forgotten: readonly string[];
  /** What could not be read, one line each. */
  readonly unreadable: readonly string[];
}

/** Reads a journal folder and changes nothing in it. Never throws: what can't be read is named. */
export function readJournalFolder(dir: string): FolderContents {
  const unreadable: string[] = [];
  const names = attempt(unreadable, dir, () => readdirSync(dir).sort()) ?? [];
  const log = readLog(unreadable, dir, names);
  const state = emptyState();
  for (const record of log.records) applyRecord(state, record);
  const isForgotten = forgottenRecordings(log, state);
  const pieces = new Map<number, Piece[]>();
  const forgotten: string[] = [];
  const wavs = { pending: new Set<number>(), delivered: new Set<number>() };
  for (const name of names) {
    const path = join(dir, name);
    const piece = parsePieceName(name);
    if (piece !== null && isForgotten(piece.recording)) forgotten.push(path);
    else if (piece !== null) {
      const bytes = attempt(unreadable, path, () => statSync(path).size) ?? 0;
      addPiece(pieces, piece.recording, { path, first: piece.first, samples: wholeSamples(bytes) });
      recordingOf(state, piece.recording, 0);
    }
    const wav = parseWavName(name);
    if (wav !== null) wavs[wav.kind].add(wav.id);
  }
  return { state, log, pieces, wavs, forgotten, unreadable };
}

/**
 * A whole index that gives out higher numbers only knows every older recording that still matters. Where records are damaged
 * nothing is sure, and all sound is looked at.
 */
function forgottenRecordings(log: DecodedLog, state: JournalState): (recording: number) => boolean {
  const start = log.records.find((record) => record.t === 'start');
  const known = new Set(state.recordings.keys());
  if (start === undefined || log.damaged.length > 0) return () => false;
  return (recording) => recording < start.recording && !known.has(recording);
}

function readLog(unreadable: string[], dir: string, names: readonly string[]): DecodedLog {
  if (!names.includes(INDEX_NAME)) return decodeLog(Buffer.alloc(0));
  const path = join(dir, INDEX_NAME);
  return decodeLog(attempt(unreadable, path, () => readFileSync(path)) ?? Buffer.alloc(0));
}

function addPiece(pieces: Map<number, Piece[]>, recording: number, piece: Piece): void {
  const known = pieces.get(recording);
  if (known === undefined) pieces.set(recording, [piece]);
  else known.push(piece);
}

/** A torn last sample (an odd byte) does not count. */
function wholeSamples(bytes: number): number {
  return Math.floor(bytes / BYTES_PER_SAMPLE);
}

function attempt<T>(unreadable: string[], path: string, read: () => T): T | null {
  try {
    return read();
  } catch (cause) {
    unreadable.push(`${path}: ${cause instanceof Error ? cause.message : String(cause)}`);
    return null;
  }
}
