import { readTextFile, type TextFile } from '../../system/read-text.js';
import { type FileWatch, watchFile } from '../../system/watch-file.js';
import { readOwnWords } from '../../voice/replacements.js';
import { readVocabulary } from '../../voice/vocabulary.js';

/** What a file of the person says now. */
export interface WatchedValue<T> {
  /** The same value until the file changes. */
  readonly value: T;
  close(): void;
}

type Tell = (code: string, message: string) => void;

/** How a kind of file is read. `notes`: what is wrong with single lines of it. */
interface Reading<T> {
  /** The key of the configuration, for messages. */
  readonly key: string;
  readonly code: string;
  readonly empty: T;
  read(path: string, file: TextFile): { readonly value: T; readonly notes: readonly string[] };
}

/**
 * Reads the file of own words, and again at each change of it. A file that is missing or wrong is told to `warn`; what
 * was read before stays in force. Without a path there are no own words.
 */
export function openReplacements(
  path: string | null,
  warn: Tell,
): WatchedValue<ReadonlyMap<string, string>> {
  return openWatched<ReadonlyMap<string, string>>(path, warn, {
    key: '[voice] replacements',
    code: 'replacements_invalid',
    empty: new Map(),
    read(path, file) {
      const { words, notes } = readOwnWords(path, file);
      return { value: words, notes };
    },
  });
}

/** As `openReplacements`, for the words that the recogniser is made to expect. */
export function openVocabulary(path: string | null, warn: Tell): WatchedValue<readonly string[]> {
  return openWatched(path, warn, {
    key: '[stt] vocabulary',
    code: 'vocabulary_invalid',
    empty: [],
    read(path, { text, note }) {
      const { words, notes } = readVocabulary(path, text);
      return { value: words, notes: note === null ? notes : [`${path}: ${note}`, ...notes] };
    },
  });
}

function openWatched<T>(path: string | null, warn: Tell, reading: Reading<T>): WatchedValue<T> {
  const file = new WatchedFile(path, warn, reading);
  file.open();
  return file;
}

class WatchedFile<T> implements WatchedValue<T> {
  value: T;
  readonly #path: string | null;
  readonly #warn: Tell;
  readonly #reading: Reading<T>;
  #watch: FileWatch | null = null;
  #lastWarning = '';

  constructor(path: string | null, warn: Tell, reading: Reading<T>) {
    this.#path = path;
    this.#warn = warn;
    this.#reading = reading;
    this.value = reading.empty;
  }

  open(): void {
    const path = this.#path;
    if (path === null) return;
    this.#read(path);
    this.#watch = watchFile(
      path,
      () => this.#read(path),
      (reason) => this.#tell(reason),
    );
  }

  close(): void {
    this.#watch?.close();
  }

  #read(path: string): void {
    try {
      const { value, notes } = this.#reading.read(path, readTextFile(path));
      this.value = value;
      if (notes.length === 0) this.#lastWarning = '';
      else this.#tell(notes.join('; '));
    } catch (error) {
      this.#tell(reasonOf(error));
    }
  }

  #tell(reason: string): void {
    if (reason === this.#lastWarning) return;
    this.#lastWarning = reason;
    this.#warn(this.#reading.code, `${this.#reading.key}: ${reason}`);
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
