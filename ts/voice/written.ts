import type { Composer } from './composer.js';
import type { Command, Lexicon } from './lexicon.js';
import { cutWritten, type Item } from './written-tokens.js';

/** Whether the next word begins a sentence: `engine`, as it wrote it. */
type Place = 'start' | 'inside' | 'engine';

interface WrittenOptions {
  readonly before?: string | null | undefined;
  readonly open?: boolean | undefined;
}

/**
 * A text with the engine's own signs and capitals to typed text and keys. Spoken commands work as in a spoken text; a
 * spoken sign takes the place of those that the engine wrote beside it, so none is doubled. `before`: what was typed
 * before it in the same dictation, null: nothing, undefined: it stands alone. `open`: the stop at its end is answered, not written.
 */
export function composeWritten(
  text: string,
  lexicon: Lexicon,
  composer: Composer,
  { before, open = false }: WrittenOptions,
): { readonly transformations: number; readonly heldBack: string } {
  const items = cutWritten(text, lexicon);
  const writer = new Writer(composer, placeBehind(before));
  const [first, ...rest] = items;
  const repeats = first !== undefined && isTypedAlready(first, before ?? '');
  for (const item of repeats ? rest : items) writer.add(item);
  const heldBack = writer.end(open);
  const transformations = items.filter(({ kind }) => kind === 'command').length;
  return { transformations, heldBack };
}

/** Whether a typed text leaves no sentence open. */
function endsSentence(text: string): boolean {
  return (
    /(?:[.?!。？！؟।](?:["')\]]|\s*[»”])*|\n|<KEY:Return>)\s*$/.test(text) || /\n[ \t]*$/.test(text)
  );
}

function placeBehind(before: string | null | undefined): Place {
  if (before === undefined) return 'engine';
  return before === null || endsSentence(before) ? 'start' : 'inside';
}

/** The full stop that somebody says, where the engine ended the text before with one. */
function isTypedAlready(first: Item, before: string): boolean {
  const sign = first.kind === 'command' ? signOf(first.command) : null;
  return sign !== null && before.trimEnd().endsWith(sign);
}

/** With the quotes that close behind it. */
const FINAL_STOP = /[.?!\u2026]+["')\]]*$/u;

class Writer {
  /** Signs behind the last word: a command may take their place. */
  private waiting = '';

  constructor(
    private readonly composer: Composer,
    private place: Place,
  ) {}

  add(item: Item): void {
    if (item.kind === 'word') this.addWord(item.text, item.behind);
    else this.addCommand(item.command, item.behind);
  }

  /** Writes what is left; of an open text not the stop, which is answered. */
  end(open: boolean): string {
    const stop = open ? (FINAL_STOP.exec(this.waiting)?.[0] ?? '') : '';
    this.waiting = this.waiting.slice(0, this.waiting.length - stop.length);
    this.write();
    return stop;
  }

  private addWord(text: string, behind: string): void {
    this.write();
    this.composer.addWord(inPlace(text, this.place));
    this.place = 'engine';
    this.waiting = behind;
  }

  private addCommand(command: Command, behind: string): void {
    const signs = this.waiting + behind;
    const takes = takenBy(command);
    this.waiting = takes.before(this.waiting);
    this.write();
    this.composer.addCommand(isNewLine(command) ? { ...command, spacing: 'attach' } : command);
    this.waiting = takes.behind(behind);
    const sign = signOf(command);
    if (sign !== null) {
      const ended = /^[.?!]$/.test(sign);
      const cut = /[.?!]/.test(signs);
      this.place = ended ? 'start' : cut ? 'inside' : 'engine';
    } else if (this.place === 'start' && takes.isWord) this.place = 'engine';
  }

  private write(): void {
    if (this.waiting === '') return;
    this.composer.addCommand({ kind: 'text', text: this.waiting, spacing: 'attach' });
    if (/[.?!]/.test(this.waiting)) this.place = 'engine';
    this.waiting = '';
  }
}

interface Taken {
  /** What stays of the signs before a command, and behind it. */
  before(signs: string): string;
  behind(signs: string): string;
  /** It stands for a word of the sentence. */
  readonly isWord: boolean;
}

const all = (signs: string) => signs;
const closersOnly = (signs: string) => signs.replace(/[.,?!;:]/g, '');
const withoutCommas = (signs: string) => signs.replace(/[,;:]/g, '');

function takenBy(command: Command): Taken {
  if (command.kind === 'word') return { before: all, behind: all, isWord: true };
  if (command.kind === 'key') return { before: withoutCommas, behind: closersOnly, isWord: false };
  if (signOf(command) !== null) return { before: closersOnly, behind: closersOnly, isWord: false };
  if (/^[\n\t]+$/.test(command.text)) {
    return { before: withoutCommas, behind: closersOnly, isWord: false };
  }
  switch (command.spacing) {
    case 'attach':
      return { before: closersOnly, behind: all, isWord: false };
    case 'compact':
      return { before: closersOnly, behind: closersOnly, isWord: false };
    case 'opening':
      return { before: withoutCommas, behind: closersOnly, isWord: false };
    case 'no_space_after':
    case 'spaced':
      return { before: all, behind: all, isWord: true };
    default:
      return command.spacing satisfies never;
  }
}

/** The sign that a spoken command writes behind a word, null for any other command. */
function signOf(command: Command): string | null {
  return command.kind === 'text' && /^(?:[.,?!;:]|\.\.\.)$/.test(command.text)
    ? command.text
    : null;
}

/** The original left a space before a new line; here nobody is used to it. */
function isNewLine(command: Command): command is Extract<Command, { kind: 'text' }> {
  return command.kind === 'text' && command.text === '\n';
}

function inPlace(word: string, place: Place): string {
  if (place === 'start') return word.replace(/\p{L}/u, (letter) => letter.toUpperCase());
  const isBegun = place === 'inside' && BEGINNERS.has(word.toLowerCase());
  return isBegun ? word.toLowerCase() : word;
}

/** Words that have a capital only where a sentence begins; of another word nobody knows whether it is a name. */
const BEGINNERS: ReadonlySet<string> = new Set([
  ...['a', 'an', 'the', 'this', 'that', 'these', 'those', 'and', 'but', 'or', 'nor', 'so', 'yet'],
  ...['if', 'when', 'while', 'because', 'since', 'although', 'though', 'unless', 'until', 'as'],
  ...['he', 'she', 'it', 'we', 'you', 'they', 'my', 'your', 'his', 'her', 'its', 'our', 'their'],
  ...['who', 'what', 'which', 'where', 'why', 'how', 'whose', 'there', 'here', 'then', 'than'],
  ...['in', 'on', 'at', 'by', 'for', 'from', 'of', 'to', 'with', 'without', 'about', 'after'],
  ...[
    'before',
    'into',
    'over',
    'under',
    'between',
    'through',
    'during',
    'is',
    'are',
    'was',
    'were',
  ],
  ...['be', 'been', 'has', 'have', 'had', 'do', 'does', 'did', 'can', 'could', 'would', 'should'],
  ...['may', 'might', 'must', 'shall', 'not', 'no', 'yes', 'also', 'just', 'only', 'even', 'very'],
  ...['all', 'some', 'any', 'each', 'every', 'both', 'many', 'much', 'more', 'most', 'other'],
  ...['please', 'maybe', 'perhaps', 'now', 'today', 'tomorrow', 'yesterday', 'still', 'again'],
]);
