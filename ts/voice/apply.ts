import type { TypedPiece } from '../domain/keys.js';
import { splitWords } from './characters.js';
import { Composer, type Joint } from './composer.js';
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
  /** It goes on from what was typed there, as if both were one text. */
  readonly behind?: Joint | null | undefined;
  /** It may be gone on from: the stop that an engine wrote at its end is held back. */
  readonly open?: boolean | undefined;
}

export interface Applied {
  /** Adjacent text merged, no empty text. */
  readonly pieces: readonly TypedPiece[];
  /** The same with keys as markers. */
  readonly text: string;
  /** Rules and custom words that were applied, keys included. */
  readonly transformations: number;
  readonly keys: number;
  /** Where it ends; null where nothing was typed. */
  readonly joint: Joint | null;
  /** The stop that was held back; empty where there is none. */
  readonly heldBack: string;
}

/**
 * Recognised text to typed text and keys, to the byte as the original did it, see docs/voice-commands.md.
 * Nothing in `text` is ever read as a key marker.
 */
export function applyCommands(text: string, options: ApplyOptions): Applied {
  const lexicon = lexiconFor(options.mode, options.replacements);
  const composer = new Composer(options.behind ?? null);
  const { transformations, heldBack } =
    options.written === true
      ? composeWritten(text, lexicon, composer, options)
      : composeSpoken(splitWords(text), lexicon, composer);
  const pieces = composer.pieces();
  const keys = pieces.filter((piece) => piece.kind === 'key').length;
  const joint = composer.joint();
  return { pieces, text: renderMarkers(pieces), transformations, keys, joint, heldBack };
}

type Composed = Pick<Applied, 'heldBack' | 'transformations'>;

function composeSpoken(words: readonly string[], lexicon: Lexicon, composer: Composer): Composed {
  if (lexicon.commands.size > 0) return composeWords(words, lexicon, composer);
  // Commands are off: the words stay as they were heard, one space between them.
  if (words.length > 0) composer.addWord(words.join(' '));
  return { transformations: 0, heldBack: '' };
}

function composeWords(words: readonly string[], lexicon: Lexicon, composer: Composer): Composed {
  const compared = {
    lowered: words.map((word) => word.toLowerCase()),
    heard: lexicon.heard.commands.size === 0 ? [] : words.map(heardForm),
  };
  let transformations = 0;
  for (let at = 0; at < words.length; ) {
    const match = matchLongest(lexicon, compared, at);
    if (match !== null) {
      composer.addCommand(match.command);
      transformations += 1;
    }
    at += match?.words ?? addPlainWords(composer, lexicon, words, compared, at);
  }
  return { transformations, heldBack: '' };
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
