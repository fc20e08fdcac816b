import { splitWords } from './characters.js';
import { heardForm } from './heard-form.js';
import type { Lexicon } from './lexicon.js';
import { LITERAL_ESCAPE, type Match, matchLongest } from './match.js';

/** One word that an engine wrote, and the signs around it. */
interface Token {
  readonly before: string;
  readonly core: string;
  readonly behind: string;
  /** It was written with a hyphen to the word before it. */
  readonly joined: boolean;
}

/** What a written text is made of: words with their signs, and spoken commands with those that stood around them. */
export type Item =
  | { readonly kind: 'word'; readonly text: string; readonly behind: string }
  | {
      readonly kind: 'command';
      readonly command: Match['command'];
      readonly behind: string;
    };

/** Cuts a text with signs and capitals into words and spoken commands; a command never reaches over a full stop. */
export function cutWritten(text: string, lexicon: Lexicon): readonly Item[] {
  const tokens = splitWords(text).flatMap((word) => toTokens(word, lexicon.mode === 'off'));
  const items: Item[] = [];
  for (let at = 0; at < tokens.length; ) {
    const match = matchAt(tokens, lexicon, at);
    if (match !== null) {
      const behind = tokens[at + match.words - 1]?.behind ?? '';
      items.push({ kind: 'command', command: match.command, behind });
      at += match.words;
      continue;
    }
    const isEscape = tokens[at]?.core.toLowerCase() === LITERAL_ESCAPE;
    const escaped = isEscape ? matchAt(tokens, lexicon, at + 1) : null;
    const from = escaped === null ? at : at + 1;
    const end = from + (escaped?.words ?? 1);
    for (const token of tokens.slice(from, end)) addWord(items, token);
    at = end;
  }
  return items;
}

function addWord(items: Item[], { before, core, behind, joined }: Token): void {
  const last = items.at(-1);
  if (joined && last?.kind === 'word' && last.behind === '') {
    items[items.length - 1] = { kind: 'word', text: `${last.text}-${core}`, behind };
    return;
  }
  items.push({ kind: 'word', text: `${before}${core}`, behind });
}

function matchAt(tokens: readonly Token[], lexicon: Lexicon, at: number): Match | null {
  const stop = tokens.findIndex(({ behind }, index) => index >= at && /[.?!;:]/.test(behind));
  const reach = tokens.slice(0, stop === -1 ? tokens.length : stop + 1);
  if (at >= reach.length) return null;
  const compared = {
    lowered: reach.map(({ core }) => core.toLowerCase()),
    heard: lexicon.heard.commands.size === 0 ? [] : reach.map(({ core }) => heardForm(core)),
  };
  return matchLongest(lexicon, compared, at);
}

const LONE = /^(?:[?!:;»«]+|[–—])$/;
const SIGNS = /^(["'([¿¡]*)(.*?)([.,?!;:"')\]]*)$/s;

/**
 * `twenty-five,` is two words. A sign that stands alone belongs to nothing and is left out; without commands one that
 * ends something is kept as it stands, as French writes it.
 */
function toTokens(word: string, keepsLone: boolean): readonly Token[] {
  if (keepsLone && LONE.test(word)) return [{ before: '', core: word, behind: '', joined: false }];
  const [, before = '', middle = '', behind = ''] = SIGNS.exec(word) ?? [];
  const cores = middle.split('-').filter((core) => core !== '');
  return cores.map((core, index) => ({
    before: index === 0 ? before : '',
    core,
    behind: index === cores.length - 1 ? behind : '',
    joined: index > 0,
  }));
}
