import { type ApplyOptions, applyCommands } from './apply.js';
import { splitWords } from './characters.js';
import { heardForm } from './heard-form.js';
import { type Index, lexiconFor } from './lexicon.js';
import { LITERAL_ESCAPE } from './match.js';
import { beginsScratch } from './scratch.js';

/**
 * Whether what comes next could still change how this text is typed: it ends in the beginning of a spoken command, a
 * number or an own word of several words, in the escape or in a space that a sign would take away, or it is the beginning
 * of "scratch that".
 */
export function mayBecomeMore(text: string, options: ApplyOptions): boolean {
  const words = splitWords(text).map((word) => word.toLowerCase().replace(SIGNS, ''));
  const lexicon = lexiconFor(options.mode, options.replacements);
  if (lexicon.commands.size === 0) return false;
  if (words.at(-1) === LITERAL_ESCAPE || beginsScratch(words)) return true;
  const last = applyCommands(text, options).pieces.at(-1);
  if (last?.kind === 'text' && last.text.endsWith(' ')) return true;
  const heard = lexicon.heard.commands.size === 0 ? [] : words.map(heardForm);
  return endsInBeginning(words, lexicon) || endsInBeginning(heard, lexicon.heard);
}

function endsInBeginning(words: readonly string[], index: Index): boolean {
  const beginnings = beginningsOf(index);
  for (let count = 1; count <= Math.min(words.length, beginnings.longest); count += 1) {
    if (beginnings.all.has(words.slice(-count).join(' '))) return true;
  }
  return false;
}

interface Beginnings {
  readonly all: ReadonlySet<string>;
  /** Words of the longest one. */
  readonly longest: number;
}

/** An index is kept as long as the words that it was made from, and so is this. */
const known = new WeakMap<Index, Beginnings>();

function beginningsOf(index: Index): Beginnings {
  const found = known.get(index) ?? findBeginnings(index);
  known.set(index, found);
  return found;
}

function findBeginnings({ commands }: Index): Beginnings {
  const all = new Set<string>();
  let longest = 0;
  for (const spoken of commands.keys()) {
    const words = spoken.split(' ');
    for (let count = 1; count < words.length; count += 1) all.add(words.slice(0, count).join(' '));
    longest = Math.max(longest, words.length - 1);
  }
  return { all, longest };
}

/** As an engine writes them around a word. */
const SIGNS = /^["'([]+|[.,?!;:"')\]]+$/g;
