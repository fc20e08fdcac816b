import type { TypedPiece } from '../domain/keys.js';
import { type Modifier, parseKey, repeated } from './key-chord.js';
import { keyCode, modifierCode } from './key-codes.js';

/** All that ydotool types; it leaves out every other character without a word, or stops there. */
const TYPEABLE = /^[\t\n\x20-\x7e]*$/;

/** The command line of 1.0 and newer for a piece; null for what it can't type. */
export function codeArguments(piece: TypedPiece, keyHold: boolean): readonly string[] | null {
  if (piece.kind === 'text') {
    if (!TYPEABLE.test(piece.text)) return null;
    const hold = keyHold ? ['--key-hold', '5'] : [];
    return ['type', '--key-delay', '5', ...hold, '--file', '-'];
  }
  const { modifiers, key } = parseKey(piece.key);
  const code = keyCode(key);
  if (code === null) return null;
  const held = modifiers.map(modifierCode);
  const down = [...held, code].map((each) => `${each}:1`);
  const up = [code, ...[...held].reverse()].map((each) => `${each}:0`);
  return ['key', ...repeated(piece, [...down, ...up])];
}

/**
 * Names of keys that 0.1 knows, tried on Debian's 0.1.8. Of a name that it does not know it presses the key of the first
 * letter; the space bar has no name.
 */
const WORDS: ReadonlyMap<string, string> = new Map([
  ['Escape', 'esc'],
  ['BackSpace', 'backspace'],
  ['Tab', 'tab'],
  ['Return', 'enter'],
  ['Home', 'home'],
  ['Up', 'up'],
  ['Page_Up', 'pageup'],
  ['Left', 'left'],
  ['Right', 'right'],
  ['End', 'end'],
  ['Down', 'down'],
  ['Page_Down', 'pagedown'],
  ['Delete', 'delete'],
]);
const MODIFIER_WORDS: Readonly<Record<Modifier, string>> = {
  ctrl: 'ctrl',
  shift: 'shift',
  alt: 'alt',
  logo: 'super',
};
/** It would wait 100 ms before each call, for a keyboard of its own; the daemon's is there already. */
const AT_ONCE = ['--delay', '0', '--key-delay', '5'];

/** The command line of 0.1 for a piece; null for what it can't type. */
export function wordArguments(piece: TypedPiece): readonly string[] | null {
  if (piece.kind === 'text') {
    return TYPEABLE.test(piece.text) ? ['type', ...AT_ONCE, '--file', '-'] : null;
  }
  const { modifiers, key } = parseKey(piece.key);
  const word = WORDS.get(key) ?? (/^[a-z0-9]$/i.test(key) ? key.toLowerCase() : null);
  if (word === null) return null;
  const chord = [...modifiers.map((each) => MODIFIER_WORDS[each]), word].join('+');
  return ['key', ...AT_ONCE, ...repeated(piece, [chord])];
}
