import { closeSync, existsSync, fsyncSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { Problem } from '../domain/problem.js';
import { ensurePrivateDir } from '../system/private-dir.js';
import { keepBrokenCopy, removeDrafts, removeForgotten } from './broken-copies.js';
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
  attempt(options, () => removeForgotten(contents.forgotten));
  attempt(options, () => keepBrokenCopy(options.dir, contents.log, options.nowEpochS()));
  const recovered = recover(options.dir, contents, options.nowEpochS());
  const journal = new FolderJournal(options, {
    state: contents.state,
    pieces: contents.pieces,
    wavs: wavsOf(contents),
    validBytes: contents.log.validBytes,
    lastBatch: contents.log.lastBatch,
  });
  await journal.start();
  return { journal, recovered };
}

function prepareFolder(options: JournalOptions): void {
  attempt(options, () => {
    const isNew = !existsSync(options.dir);
    ensurePrivateDir(options.dir);
    if (isNew) syncAncestors(options.dir);
    removeDrafts(options.dir);
  });
}

/** A first recording must not be lost with the folder that was made for it, nor with a parent that was made with it. */
function syncAncestors(dir: string): void {
  for (let parent = dirname(dir); ; parent = dirname(parent)) {
    try {
      const folder = openSync(parent, 'r');
      fsyncSync(folder);
      closeSync(folder);
    } catch {
      // A folder that is not ours to read, or a file system that can't flush one: nothing of ours is in it.
    }
    if (dirname(parent) === parent) return;
  }
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
