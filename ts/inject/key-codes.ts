import type { Modifier } from './key-chord.js';

/** Codes of the kernel's keys, from linux/input-event-codes.h, by their X11 names. */
const NAMED: ReadonlyMap<string, number> = new Map([
  ['Escape', 1],
  ['BackSpace', 14],
  ['Tab', 15],
  ['Return', 28],
  ['space', 57],
  ['Home', 102],
  ['Up', 103],
  ['Page_Up', 104],
  ['Left', 105],
  ['Right', 106],
  ['End', 107],
  ['Down', 108],
  ['Page_Down', 109],
  ['Insert', 110],
  ['Delete', 111],
]);
/** Rows of a US keyboard and the code of their first key; the codes go on from left to right. */
const ROWS: readonly (readonly [string, number])[] = [
  ['1234567890', 2],
  ['qwertyuiop', 16],
  ['asdfghjkl', 30],
  ['zxcvbnm', 44],
];
const MODIFIER_CODES: Readonly<Record<Modifier, number>> = {
  ctrl: 29,
  shift: 42,
  alt: 56,
  logo: 125,
};

/** The code of a key, or null where it has none on a US keyboard. */
export function keyCode(key: string): number | null {
  const named = NAMED.get(key);
  if (named !== undefined) return named;
  for (const [row, first] of ROWS) {
    const at = row.indexOf(key.toLowerCase());
    if (key.length === 1 && at >= 0) return first + at;
  }
  return null;
}

export function modifierCode(modifier: Modifier): number {
  return MODIFIER_CODES[modifier];
}
