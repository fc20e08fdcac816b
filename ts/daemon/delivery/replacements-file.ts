import { type FSWatcher, realpathSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';
import { readTextFile } from '../../system/read-text.js';
import { readOwnWords } from '../../voice/replacements.js';

/** An editor empties a file before it writes it, or replaces it by another: read when it is quiet again. */
const QUIET_MS = 50;

/** The person's own words, as their file says now. */
export interface ReplacementsFile {
  /** The same map until the file changes. */
  readonly words: ReadonlyMap<string, string>;
  close(): void;
}

/**
 * Reads the file, and again at each change of it. A file that is missing or wrong is told to `warn`; what was
 * read before stays in force. Without a path there are no own words.
 */
export function openReplacements(
  path: string | null,
  warn: (code: string, message: string) => void,
): ReplacementsFile {
  const file = new WatchedFile(path, warn);
  file.open();
  return file;
}

class WatchedFile implements ReplacementsFile {
  words: ReadonlyMap<string, string> = new Map();
  readonly #path: string | null;
  readonly #warn: (code: string, message: string) => void;
  #watchers: FSWatcher[] = [];
  #quiet: NodeJS.Timeout | null = null;
  #lastWarning = '';

  constructor(path: string | null, warn: (code: string, message: string) => void) {
    this.#path = path;
    this.#warn = warn;
  }

  open(): void {
    if (this.#path === null) return;
    this.#read(this.#path);
    for (const file of new Set([this.#path, followLinks(this.#path)])) this.#watch(file);
  }

  close(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    for (const watcher of this.#watchers) watcher.close();
    this.#watchers = [];
  }

  /** Its folder is watched, since another file may take its place. */
  #watch(file: string): void {
    try {
      const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(file)) this.#readSoon();
      });
      this.#watchers.push(watcher.on('error', () => {}));
    } catch (error) {
      this.#tell(`${file}: changes are not seen (${reasonOf(error)}): restart after each`);
    }
  }

  #readSoon(): void {
    if (this.#quiet !== null) clearTimeout(this.#quiet);
    this.#quiet = setTimeout(() => this.#path !== null && this.#read(this.#path), QUIET_MS);
    this.#quiet.unref();
  }

  #read(path: string): void {
    try {
      const { words, notes } = readOwnWords(path, readTextFile(path));
      this.words = words;
      if (notes.length === 0) this.#lastWarning = '';
      else this.#tell(notes.join('; '));
    } catch (error) {
      this.#tell(reasonOf(error));
    }
  }

  #tell(reason: string): void {
    if (reason === this.#lastWarning) return;
    this.#lastWarning = reason;
    this.#warn('replacements_invalid', `[voice] replacements: ${reason}`);
  }
}

/** Where a link leads, since a change there shows in no other folder. */
function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
