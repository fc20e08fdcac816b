import type { TypedPiece } from '../domain/keys.js';
import { x11Display } from '../system/desktop/display.js';
import { findOnPath } from '../system/find-on-path.js';
import { typePiece } from './call.js';
import { parseKey, repeated } from './key-chord.js';
import type { Injector } from './sink.js';

/** xdotool waits 12 ms after each character, and longer where it has to change the key map for it. */
const MS_PER_CHARACTER = 150;

/** xdotool, for X11 sessions. Modifiers of a hotkey that are still held are let go while it types. */
export function createXdotool(env: NodeJS.ProcessEnv, baseMs: number): Injector {
  return {
    name: 'xdotool',
    obstacle() {
      if (x11Display(env) === null) return 'no X11 session';
      return findOnPath('xdotool', env) === null ? 'xdotool is not installed' : null;
    },
    async type([piece], signal) {
      if (piece === undefined) return { pieces: 0, attempt: { kind: 'typed' } };
      const typingEnv = { ...env, LC_ALL: 'C.UTF-8' };
      const call = { env: typingEnv, baseMs, msPerCharacter: MS_PER_CHARACTER, signal, judge };
      return typePiece('xdotool', piece, argumentsFor(piece), call);
    },
  };
}

/** A key that it does not know it leaves out, and exits with 0. */
function judge(said: string): 'typed' | 'not_typed' {
  return said.includes('No such key name') ? 'not_typed' : 'typed';
}

function argumentsFor(piece: TypedPiece): readonly string[] {
  if (piece.kind === 'text') return ['type', '--clearmodifiers', '--file', '-'];
  const { modifiers, key } = parseKey(piece.key);
  const names = modifiers.map((modifier) => (modifier === 'logo' ? 'super' : modifier));
  return ['key', '--clearmodifiers', ...repeated(piece, [[...names, key].join('+')])];
}
