import { Problem } from '../domain/problem.js';
import { ensurePrivateDir } from '../system/private-dir.js';
import { keepBrokenCopy, removeDrafts } from './broken-copies.js';
import { FolderJournal } from './folder-journal.js';
import { type FolderContents, readJournalFolder } from './folder-reader.js';
import { recover } from './recover.js';
import type { JournalOptions, OpenedJournal } from './types.js';

/**
 * Opens the journal, repairs what a killed run left, and says what waits. Never rejects: where the folder
 * can't be used, `onProblem` is told and the journal works from memory. The caller holds the daemon's lock.
 */
export async function openJournal(options: JournalOptions): Promise<OpenedJournal> {
  prepareFolder(options);
  const contents = readJournalFolder(options.dir);
  attempt(options, () => keepBrokenCopy(options.dir, contents.log, options.nowEpochS()));
  const recovered = recover(options.dir, contents, options.nowEpochS());
  const journal = new FolderJournal(options, {
    state: contents.state,
    pieces: contents.pieces,
    wavs: wavsOf(contents),
    validBytes: contents.log.validBytes,
  });
  await journal.start();
  return { journal, recovered };
}

function prepareFolder(options: JournalOptions): void {
  attempt(options, () => {
    ensurePrivateDir(options.dir);
    removeDrafts(options.dir);
  });
}

function attempt(options: JournalOptions, act: () => void): void {
  try {
    act();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const message = `Journal ${options.dir}: ${reason}`;
    options.onProblem(cause instanceof Problem ? cause : new Problem('journal_repair', message));
  }
}

function* wavsOf({ wavs }: FolderContents): Generator<readonly [number, 'pending' | 'delivered']> {
  for (const id of wavs.pending) yield [id, 'pending'];
  for (const id of wavs.delivered) yield [id, 'delivered'];
}
