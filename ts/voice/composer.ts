import type { TypedPiece } from '../domain/keys.js';
import { isLetterOrDigit, isQuote, isWhiteSpace, lastCharacter } from './characters.js';
import type { Command } from './lexicon.js';
import type { Spacing } from './rules.js';

const SPACED_SIGNS_BEFORE_OPENING: ReadonlySet<string> = new Set('=<>+-*/&|!%^');

/** Where a text has ended that another one goes on from. */
export interface Joint {
  /** Its last character, `>` behind a key. */
  readonly last: string;
  /** No space follows. */
  readonly glued: boolean;
  /** Quotes that are not closed yet. */
  readonly openQuotes: readonly string[];
}

/**
 * The text that grows while commands are applied, with the spacing of the original (docs/voice-commands.md).
 * A key ends a piece of text; where a rule looks at the last character after a key, it is `>`, the end of
 * the marker that the original kept in its text, so removing a trailing space never reaches across a key.
 */
export class Composer {
  readonly #done: TypedPiece[] = [];
  readonly #openQuotes: Set<string>;
  /** Text since the last key, before its last part; one string that grows would be copied at each look at its end. */
  readonly #before: string[] = [];
  /** The last part, empty only where there is no text since the last key. */
  #tail = '';
  #glue: boolean;

  /** `behind`: what was typed already and is gone on from; its end can't be changed any more. */
  constructor(private readonly behind: Joint | null = null) {
    this.#openQuotes = new Set(behind?.openQuotes);
    this.#glue = behind?.glued ?? false;
  }

  /** A spoken word, in its own case. A custom word that is written as nothing leaves nothing. */
  addWord(word: string): void {
    if (word === '') return;
    if (!this.#glue && !this.#isEmpty() && !isQuote(this.#last()) && !isWhiteSpace(this.#last())) {
      this.#add(' ');
    }
    this.#add(word);
    this.#glue = false;
  }

  addCommand(command: Command): void {
    switch (command.kind) {
      case 'key':
        this.#addKey(command.key);
        break;
      case 'word':
        this.addWord(command.text);
        break;
      case 'text':
        this.#addReplacement(command.text, command.spacing);
        break;
      default:
        command satisfies never;
    }
  }

  /** Text and keys in order, adjacent text merged, no empty text. */
  pieces(): readonly TypedPiece[] {
    if (this.#tail === '') return [...this.#done];
    return [...this.#done, { kind: 'text', text: this.#text() }];
  }

  /** Where it ends; null where nothing was typed. */
  joint(): Joint | null {
    if (this.#isEmpty()) return this.behind;
    return { last: this.#last(), glued: this.#glue, openQuotes: [...this.#openQuotes] };
  }

  #addKey(key: string): void {
    this.#removeTrailingSpace();
    if (this.#tail !== '') this.#done.push({ kind: 'text', text: this.#text() });
    this.#done.push({ kind: 'key', key });
    this.#before.length = 0;
    this.#tail = '';
    this.#glue = false;
  }

  #addReplacement(text: string, spacing: Exclude<Spacing, 'key'>): void {
    if (spacing === 'opening') this.#spaceBeforeOpening(text);
    else if (spacing === 'attach' || spacing === 'compact') this.#removeTrailingSpace();
    else this.#spaceBeforeSpaced();
    this.#add(text);
    this.#glue = spacing === 'opening' || spacing === 'compact' || spacing === 'no_space_after';
  }

  #spaceBeforeSpaced(): void {
    const last = this.#last();
    const joins = '([{'.includes(last) || isQuote(last) || isWhiteSpace(last);
    if (!this.#isEmpty() && !joins) this.#add(' ');
  }

  #spaceBeforeOpening(text: string): void {
    if (isQuote(text)) this.#toggleQuote(text);
    else if (text === '(') this.#spaceBeforeParenthesis();
    else if (SPACED_SIGNS_BEFORE_OPENING.has(this.#last())) this.#add(' ');
    else this.#removeTrailingSpace();
  }

  /** Each kind of quote opens and closes by itself, within one text. */
  #toggleQuote(quote: string): void {
    const closes = this.#openQuotes.delete(quote);
    if (closes) this.#removeTrailingSpace();
    else this.#spaceBeforeOpeningQuote(quote);
  }

  #spaceBeforeOpeningQuote(quote: string): void {
    this.#openQuotes.add(quote);
    if (!this.#isEmpty() && !isWhiteSpace(this.#last())) this.#add(' ');
  }

  #spaceBeforeParenthesis(): void {
    const last = this.#last();
    const joins = isWhiteSpace(last) || isLetterOrDigit(last) || last === '_';
    if (!this.#isEmpty() && !joins) this.#add(' ');
  }

  #removeTrailingSpace(): void {
    if (!this.#tail.endsWith(' ')) return;
    this.#tail = this.#tail.slice(0, -1);
    if (this.#tail === '') this.#tail = this.#before.pop() ?? '';
  }

  #add(text: string): void {
    if (text === '') return;
    if (this.#tail !== '') this.#before.push(this.#tail);
    this.#tail = text;
  }

  #text(): string {
    return this.#before.join('') + this.#tail;
  }

  #isEmpty(): boolean {
    return this.#tail === '' && this.#done.length === 0 && this.behind === null;
  }

  #last(): string {
    if (this.#tail !== '') return lastCharacter(this.#tail);
    return this.#done.length > 0 ? '>' : (this.behind?.last ?? '');
  }
}
