import type { TypedPiece } from '../domain/keys.js';
import { splitWords } from './characters.js';
import { Composer } from './composer.js';
import { heardForm } from './heard-form.js';
import { renderMarkers } from './keys.js';
import { type CommandMode, type Lexicon, lexiconFor } from './lexicon.js';
import { type Compared, LITERAL_ESCAPE, matchLongest } from './match.js';
import { composeWritten } from './written.js';

export interface ApplyOptions {
  readonly mode: CommandMode;
  /** Custom words, spoken to written. They are used in every mode and win over a rule of the same length. */
  readonly replacements?: ReadonlyMap<string, string> | undefined;
  /** The text has the engine's own signs and capitals, which are kept. */
  readonly written?: boolean;
  /** Of a written text: what was typed before it in the same dictation; null: nothing, undefined: it stands alone. */
  readonly before?: string | null;
}

export interface Applied {
  /** Adjacent text merged, no empty text. */
  readonly pieces: readonly TypedPiece[];
  /** The same with keys as markers. */
  readonly text: string;
  /** Rules and custom words that were applied, keys included. */
  readonly transformations: number;
  readonly keys: number;
}

/**
 * Recognised text to typed text and keys, to the byte as the original did it, see docs/voice-commands.md.
 * Nothing in `text` is ever read as a key marker.
 */
export function applyCommands(text: string, options: ApplyOptions): Applied {
  const lexicon = lexiconFor(options.mode, options.replacements);
  const { pieces, transformations } =
    options.written === true
      ? composeWritten(text, lexicon, options.before)
      : composeSpoken(splitWords(text), lexicon);
  const keys = pieces.filter((piece) => piece.kind === 'key').length;
  return { pieces, text: renderMarkers(pieces), transformations, keys };
}

type Composed = Pick<Applied, 'pieces' | 'transformations'>;

function composeSpoken(words: readonly string[], lexicon: Lexicon): Composed {
  return lexicon.commands.size === 0 ? keepWords(words) : composeWords(words, lexicon);
}

/** Commands are off: the words stay as they were heard, one space between them. */
function keepWords(words: readonly string[]): Composed {
  const text = words.join(' ');
  return { pieces: text === '' ? [] : [{ kind: 'text', text }], transformations: 0 };
}

function composeWords(words: readonly string[], lexicon: Lexicon): Composed {
  const compared = {
    lowered: words.map((word) => word.toLowerCase()),
    heard: lexicon.heard.commands.size === 0 ? [] : words.map(heardForm),
  };
  const composer = new Composer();
  let transformations = 0;
  for (let at = 0; at < words.length; ) {
    const match = matchLongest(lexicon, compared, at);
    if (match !== null) {
      composer.addCommand(match.command);
      transformations += 1;
    }
    at += match?.words ?? addPlainWords(composer, lexicon, words, compared, at);
  }
  return { pieces: composer.pieces(), transformations };
}

/** Adds the word at `at`, or the words of a command behind the escape. Answers how many words that took. */
function addPlainWords(
  composer: Composer,
  lexicon: Lexicon,
  words: readonly string[],
  compared: Compared,
  at: number,
): number {
  const isEscape = compared.lowered[at] === LITERAL_ESCAPE;
  const escaped = isEscape ? matchLongest(lexicon, compared, at + 1) : null;
  const from = escaped === null ? at : at + 1;
  const end = from + (escaped?.words ?? 1);
  for (const word of words.slice(from, end)) composer.addWord(word);
  return end - at;
}
