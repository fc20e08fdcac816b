import { Problem } from '../domain/problem.js';
import { whyNeverHeard } from './heard-form.js';

/** The custom words of a file, and one line for each thing that a person should know of it. */
export interface OwnWords {
  readonly words: ReadonlyMap<string, string>;
  readonly notes: readonly string[];
}

const NAMED = 3;

/** As `parseReplacements`, of a file whose encoding may be worth a `note`. Words that can't match are kept and named. */
export function readOwnWords(
  file: string,
  { text, note }: { text: string; note: string | null },
): OwnWords {
  const words = parseReplacements(file, text);
  const never = [...words.keys()].flatMap((spoken) => {
    const why = whyNeverHeard(spoken);
    return why === null ? [] : [`"${spoken}" is never heard (${why})`];
  });
  const more = never.length > NAMED ? [`and ${never.length - NAMED} more`] : [];
  const said = [...never.slice(0, NAMED), ...more].join(', ');
  const notes = [note, said].filter((each) => each !== null && each !== '');
  return { words, notes: notes.map((each) => `${file}: ${each}`) };
}

/**
 * The file of custom words: a line is the spoken form, a tab, the written form. Empty lines and lines that begin with `#` are
 * skipped; what is written may be a JSON string, for spaces at its ends or line feeds. The later of two lines
 * for the same spoken form wins. A line that is none of this is a `Problem` that names it.
 * @forTests
 */
export function parseReplacements(file: string, text: string): ReadonlyMap<string, string> {
  const words = new Map<string, string>();
  for (const [index, raw] of text.split('\n').entries()) {
    const line = raw.replace(/\r$/, '');
    if (line.trim() === '' || line.startsWith('#')) continue;
    const at = line.indexOf('\t');
    const spoken = line.slice(0, Math.max(0, at)).trim();
    if (spoken === '') throw explain(file, index + 1, 'has no spoken form and a tab behind it');
    words.set(spoken.toLowerCase(), readWritten(file, index + 1, line.slice(at + 1).trim()));
  }
  return words;
}

function readWritten(file: string, line: number, written: string): string {
  if (!written.startsWith('"')) return written;
  const value = tryParse(written);
  if (typeof value === 'string') return value;
  throw explain(file, line, 'has a quoted text that is no JSON string');
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function explain(file: string, line: number, flaw: string): Problem {
  const example = 'write it as: spoken form, tab, written form';
  return new Problem('replacements_invalid', `${file}: line ${line} ${flaw}; ${example}`);
}
