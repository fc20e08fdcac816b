import { splitWords } from './characters.js';
import { COMMON_ENGLISH_WORDS } from './common-words.js';
import { formsOfCustomWord } from './heard-form.js';
import { RULE_ROWS, type RuleRow, type Spacing } from './rules.js';

/** `all` is the original's behaviour, `punctuation` is for prose, `off` types the words as they were heard. */
export type CommandMode = 'all' | 'punctuation' | 'off';

/** What a matched run of words turns into. `word` is a custom word: it is spaced like a spoken one. */
export type Command =
  | { readonly kind: 'key'; readonly key: string }
  | { readonly kind: 'text'; readonly text: string; readonly spacing: Exclude<Spacing, 'key'> }
  | { readonly kind: 'word'; readonly text: string };

/** Commands by spoken form, and for each first word the length in words of the longest form that starts with it. */
export interface Index {
  readonly commands: ReadonlyMap<string, Command>;
  readonly longest: ReadonlyMap<string, number>;
}

/** Rules and custom words as they are written, and the custom words once more by their heard forms. */
export interface Lexicon extends Index {
  readonly mode: CommandMode;
  readonly heard: Index;
}

const BUILT_IN: Readonly<Record<CommandMode, ReadonlyMap<string, Command>>> = {
  all: new Map(RULE_ROWS.map(toEntry)),
  punctuation: new Map(RULE_ROWS.filter(isPunctuation).map(toEntry)),
  off: new Map(),
};
const PLAIN: Readonly<Record<CommandMode, Lexicon>> = {
  all: plain('all'),
  punctuation: plain('punctuation'),
  off: plain('off'),
};
/** A file of custom words is read once and used for every utterance, so its index is kept as long as its map. */
const customised = new WeakMap<ReadonlyMap<string, string>, Map<CommandMode, Lexicon>>();

/** The lexicon of a mode. Custom words (spoken form, in any case, to what is written) win over rules. */
export function lexiconFor(
  mode: CommandMode,
  replacements: ReadonlyMap<string, string> | undefined,
): Lexicon {
  if (replacements === undefined || replacements.size === 0) return PLAIN[mode];
  const byMode = customised.get(replacements) ?? new Map<CommandMode, Lexicon>();
  customised.set(replacements, byMode);
  const lexicon = byMode.get(mode) ?? {
    mode,
    ...indexCommands(addCustomWords(BUILT_IN[mode], replacements)),
    heard: indexCommands(heardCommands(replacements)),
  };
  byMode.set(mode, lexicon);
  return lexicon;
}

function plain(mode: CommandMode): Lexicon {
  return { mode, ...indexCommands(BUILT_IN[mode]), heard: indexCommands(new Map()) };
}

function addCustomWords(
  base: ReadonlyMap<string, Command>,
  replacements: ReadonlyMap<string, string>,
): ReadonlyMap<string, Command> {
  const commands = new Map(base);
  for (const [spoken, written] of replacements) {
    const form = splitWords(spoken.toLowerCase()).join(' ');
    if (form !== '') commands.set(form, { kind: 'word', text: written });
  }
  return commands;
}

/** A form that two custom words share belongs to the one for which it is the likelier. */
function heardCommands(replacements: ReadonlyMap<string, string>): ReadonlyMap<string, Command> {
  const commands = new Map<string, Command>();
  const words = [...replacements].map(([spoken, text]) => ({
    forms: formsOfCustomWord(spoken),
    command: { kind: 'word', text } as const,
  }));
  for (const { forms, command } of words) {
    if (forms[0] !== undefined) commands.set(forms[0], command);
  }
  for (const { forms, command } of words) {
    for (const form of forms) if (!commands.has(form)) commands.set(form, command);
  }
  return commands;
}

function indexCommands(commands: ReadonlyMap<string, Command>): Index {
  const longest = new Map<string, number>();
  for (const spoken of commands.keys()) {
    const words = spoken.split(' ');
    const first = words[0] ?? '';
    longest.set(first, Math.max(words.length, longest.get(first) ?? 0));
  }
  return { commands, longest };
}

function isPunctuation([spoken, , spacing]: RuleRow): boolean {
  return spacing !== 'key' && !COMMON_ENGLISH_WORDS.has(spoken);
}

function toEntry([spoken, replacement, spacing]: RuleRow): [string, Command] {
  return spacing === 'key'
    ? [spoken, { kind: 'key', key: replacement }]
    : [spoken, { kind: 'text', text: replacement, spacing }];
}
