import type { TypedPiece } from '../domain/keys.js';
/** A key with the modifiers that are held: `super-shift-Left` is logo and shift with Left. */
export interface KeyChord {
  readonly modifiers: readonly Modifier[];
  readonly key: string;
}

export type Modifier = 'ctrl' | 'alt' | 'shift' | 'logo';

const MODIFIERS: ReadonlyMap<string, Modifier> = new Map([
  ['ctrl', 'ctrl'],
  ['control', 'ctrl'],
  ['alt', 'alt'],
  ['shift', 'shift'],
  ['super', 'logo'],
  ['win', 'logo'],
  ['logo', 'logo'],
]);

export function parseKey(name: string): KeyChord {
  const parts = name.split('-');
  const key = parts.pop() ?? '';
  const modifiers = parts.map((part) => MODIFIERS.get(part.toLowerCase()));
  const known = modifiers.filter((modifier) => modifier !== undefined);
  return known.length === modifiers.length
    ? { modifiers: known, key }
    : { modifiers: [], key: name };
}

/** How often a key is pressed. */
export function timesOf({ times }: Extract<TypedPiece, { kind: 'key' }>): number {
  return times ?? 1;
}

/** One key's arguments, for each time that it is pressed. */
export function repeated(
  piece: Extract<TypedPiece, { kind: 'key' }>,
  args: readonly string[],
): readonly string[] {
  return Array.from({ length: timesOf(piece) }, () => args).flat();
}
