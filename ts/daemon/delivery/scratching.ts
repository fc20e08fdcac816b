import type { TypedPiece } from '../../domain/keys.js';
import type { Focus } from '../../system/desktop/window/focus.js';

/** How long a text can be taken back; the shorter time where nobody tells which window has the focus. */
const WITHIN_S = 60;
const WITHIN_UNKNOWN_S = 15;
/** Those that press a key for each character; what was pasted or written to a file is not undone by keys. */
const TYPING = new Set(['wtype', 'ydotool', 'xdotool']);
/** So many at once: what is in doubt where a call is killed stays small. */
const KEYS_AT_ONCE = 40;

export interface ScratchingPorts {
  nowS(): number;
  /** Which window has the focus now. Never rejects. */
  focus(): Promise<Focus>;
}

interface Typed {
  readonly characters: number;
  readonly atS: number;
  /** The window that got it, as it was before the first key and behind the last one. */
  readonly focus: Promise<readonly [Focus, Focus]>;
}

type Last =
  | { readonly kind: 'typed'; readonly text: Typed }
  | { readonly kind: 'refused'; readonly reason: string };

/** Remembers what was typed last, for "scratch that", and says whether it may still be taken back. */
export class Scratching {
  private last: Last = { kind: 'refused', reason: 'nothing was typed yet' };
  private before: Promise<Focus> | null = null;
  /** Of the same sentence, typed before the text that is typed now. */
  private sofar: Typed | null = null;

  constructor(private readonly ports: ScratchingPorts) {}

  /** A text is about to be typed; `goesOn`: behind the last one, and both are taken back together. Nobody waits for the answer. */
  begin(goesOn: boolean): void {
    this.before = this.ports.focus();
    this.sofar = goesOn && this.last.kind === 'typed' ? this.last.text : null;
    this.last = refused('the last text is still being typed');
  }

  /** A dictated text was typed by this program. */
  typed(pieces: readonly TypedPiece[], by: string): void {
    const before = this.before ?? this.ports.focus();
    const after = this.ports.focus();
    const characters = countCharacters(pieces);
    if (!TYPING.has(by)) this.last = refused(`the last text was not typed by keys (${by})`);
    else if (characters === null)
      this.last = refused('the last text had keys, or signs of several characters');
    else {
      const { sofar } = this;
      const focus = sameFocus(sofar?.focus ?? null, Promise.all([before, after]));
      const text = {
        characters: characters + (sofar?.characters ?? 0),
        atS: this.ports.nowS(),
        focus,
      };
      this.last = { kind: 'typed', text };
    }
  }

  /** Something else reached a window, or nobody knows what did. */
  forget(reason: string): void {
    this.last = refused(reason);
  }

  /** The keys that take the last text back, or one line why they can't be pressed. */
  plan(): { readonly pieces: readonly TypedPiece[]; check(): Promise<string | null> } | string {
    const { last } = this;
    if (last.kind === 'refused') return last.reason;
    const { text } = last;
    const ageS = this.ports.nowS() - text.atS;
    if (ageS > WITHIN_S) return `the last text was typed more than ${WITHIN_S} s ago`;
    return { pieces: backSpaces(text.characters), check: () => this.check(text) };
  }

  /** Null where the window that got it has the focus, and nothing was typed meanwhile. */
  private async check(text: Typed): Promise<string | null> {
    const [before, after] = await text.focus;
    const now = await this.ports.focus();
    const all = [before, after, now];
    if (all.every(({ kind }) => kind === 'unknown')) {
      const isRecent = this.ports.nowS() - text.atS <= WITHIN_UNKNOWN_S;
      return isRecent
        ? null
        : `the last text was typed more than ${WITHIN_UNKNOWN_S} s ago, and this desktop does not tell which window has the focus`;
    }
    const ids = all.map((focus) => (focus.kind === 'window' ? focus.id : null));
    return ids[0] !== null && ids.every((id) => id === ids[0])
      ? null
      : 'another window has the focus';
  }
}

/** Of two texts: where the second one ended in another window, both count as typed into different ones. */
async function sameFocus(earlier: Typed['focus'] | null, later: Typed['focus']): Typed['focus'] {
  if (earlier === null) return later;
  const [first, between] = await earlier;
  const [before, after] = await later;
  const other = [between, before].find((each) => !isAlike(each, first));
  return [first, other ?? after];
}

function isAlike(one: Focus, other: Focus): boolean {
  if (one.kind === 'window' && other.kind === 'window') return one.id === other.id;
  return one.kind === other.kind;
}

function refused(reason: string): Last {
  return { kind: 'refused', reason };
}

/** Null where one BackSpace a character is not sure to be right: a key, an accent of its own, a sign of many parts. */
function countCharacters(pieces: readonly TypedPiece[]): number | null {
  const text = pieces.map((piece) => (piece.kind === 'text' ? piece.text : '')).join('');
  if (text === '' || pieces.some(({ kind }) => kind === 'key')) return null;
  const graphemes = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)];
  return graphemes.length === [...text].length ? graphemes.length : null;
}

function backSpaces(count: number): readonly TypedPiece[] {
  const calls = Math.ceil(count / KEYS_AT_ONCE);
  return Array.from({ length: calls }, (_, at) => ({
    kind: 'key' as const,
    key: 'BackSpace',
    times: Math.min(KEYS_AT_ONCE, count - at * KEYS_AT_ONCE),
  }));
}
