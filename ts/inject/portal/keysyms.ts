import type { PortalKey } from '../../system/desktop/portal/remote-keyboard.js';
import { type Modifier, parseKey } from '../key-chord.js';
import { keyCode } from '../key-codes.js';

/** X11 keysyms (keysymdef.h) of keys that have no character, by the names that the voice commands use. */
const NAMED: ReadonlyMap<string, number> = new Map([
  ['BackSpace', 0xff08],
  ['Tab', 0xff09],
  ['Return', 0xff0d],
  ['Escape', 0xff1b],
  ['Home', 0xff50],
  ['Left', 0xff51],
  ['Up', 0xff52],
  ['Right', 0xff53],
  ['Down', 0xff54],
  ['Page_Up', 0xff55],
  ['Page_Down', 0xff56],
  ['End', 0xff57],
  ['Insert', 0xff63],
  ['Delete', 0xffff],
  ['space', 0x20],
]);
const MODIFIERS: Readonly<Record<Modifier, number>> = {
  shift: 0xffe1,
  ctrl: 0xffe3,
  alt: 0xffe9,
  logo: 0xffeb,
};
const F1 = 0xffbe;
/** Characters beyond Latin-1 are their code point above this. */
const UNICODE = 0x0100_0000;

/** The keys of a chord, those that are held first; null for a key without a keysym. */
export function chordKeys(name: string, latin: boolean): readonly PortalKey[] | null {
  const { modifiers, key } = parseKey(name);
  const last = keyOf(key, latin);
  if (last === null) return null;
  return [...modifiers.map((each) => keysym(MODIFIERS[each])), last];
}

/**
 * By its keysym, so that a letter is found wherever the layout has it. A layout without Latin letters has it nowhere: there programs
 * understand shortcuts by the place of the key on a US keyboard.
 */
function keyOf(key: string, latin: boolean): PortalKey | null {
  const named = NAMED.get(key);
  if (named !== undefined) return keysym(named);
  const numbered = /^F([1-9]|1[0-2])$/.exec(key)?.[1];
  if (numbered !== undefined) return keysym(F1 + Number(numbered) - 1);
  const code = latin ? null : keyCode(key);
  if (code !== null) return { kind: 'place', code };
  const [character, ...others] = [...key];
  if (character === undefined || others.length > 0) return null;
  const point = character.toLowerCase().codePointAt(0) ?? 0;
  return keysym(point < 0x100 ? point : UNICODE + point);
}

function keysym(number: number): PortalKey {
  return { kind: 'keysym', keysym: number };
}
