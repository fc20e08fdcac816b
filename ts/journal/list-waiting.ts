import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { samplesToSeconds } from '../domain/units.js';
import { type FolderContents, readJournalFolder } from './folder-reader.js';
import { wavName } from './names.js';
import { recover } from './recover.js';
import type { JournalUtterance, PendingEntry } from './types.js';

/** What a daemon that is down has left. */
export interface Waiting {
  readonly entries: readonly PendingEntry[];
  /** Sound that was heard and not cut into sentences yet: the next start does it. */
  readonly unheardS: number;
  /** One line for each thing that could not be read. */
  readonly unreadable: readonly string[];
}

/**
 * What waits in a journal folder, without its owner. Nothing is changed, repaired or locked, so it is safe beside a
 * daemon that starts meanwhile; what that one does next is not in it. A recording that has no file of its own yet is
 * named by the raw piece (s16le, 16 kHz, mono) in which it begins.
 */
export function listWaiting(dir: string, nowEpochS: number): Waiting {
  if (!existsSync(dir)) return { entries: [], unheardS: 0, unreadable: [] };
  const contents = readJournalFolder(dir);
  const { utterances, unsegmented } = recover(dir, contents, nowEpochS);
  const samples = unsegmented.reduce((sum, span) => sum + span.toSample - span.fromSample, 0);
  return {
    entries: utterances.map((each) => describe(dir, contents, each)),
    unheardS: samplesToSeconds(samples),
    unreadable: contents.unreadable,
  };
}

function describe(dir: string, contents: FolderContents, each: JournalUtterance): PendingEntry {
  return {
    id: each.id,
    at_epoch_s: each.atEpochS,
    seconds: samplesToSeconds(each.toSample - each.fromSample),
    text: each.text,
    reason: each.reason ?? 'daemon_restarted',
    may_already_be_typed: each.mayAlreadyBeTyped,
    pieces_done: each.piecesDone,
    ...(each.typedBefore === null ? {} : { typed_before: each.typedBefore }),
    audio_path: contents.wavs.pending.has(each.id)
      ? join(dir, wavName('pending', each.id))
      : findPiece(contents, each),
  };
}

function findPiece({ pieces }: FolderContents, each: JournalUtterance): string | null {
  const own = pieces.get(each.recording) ?? [];
  const holds = own.findLast(({ first }) => first <= each.fromSample);
  const ends = (holds?.first ?? 0) + (holds?.samples ?? 0);
  return holds !== undefined && ends > each.fromSample ? holds.path : null;
}
