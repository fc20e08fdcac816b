import { join } from 'node:path';
import type { TypedPiece } from '../domain/keys.js';
import { isSocket } from '../system/desktop/display.js';
import { findOnPath } from '../system/find-on-path.js';
import { typePiece } from './call.js';
import { parseKey } from './key-chord.js';
import { keyCode, modifierCode } from './key-codes.js';
import type { Injector } from './sink.js';

/** Key down and up, and the pause after it, as asked for below: 10 ms, with room for a busy machine. */
const MS_PER_CHARACTER = 80;
/** All that ydotool types; it leaves out every other character without a word. */
const TYPEABLE = /^[\t\n\x20-\x7e]*$/;

/** ydotool 1.0 and newer with its daemon, which types as a US keyboard that is plugged in. */
export function createYdotool(env: NodeJS.ProcessEnv, baseMs: number): Injector {
  return {
    name: 'ydotool',
    obstacle() {
      if (findOnPath('ydotool', env) === null) return 'ydotool is not installed';
      return isSocket(socketPath(env)) ? null : 'ydotoold is not running';
    },
    async type([piece], signal) {
      if (piece === undefined) return { pieces: 0, attempt: { kind: 'typed' } };
      const args = argumentsFor(piece);
      if (args === null) {
        const message = 'ydotool knows only the keys of a US keyboard';
        return { pieces: 1, attempt: { kind: 'not_typed', message } };
      }
      const call = { env, baseMs, msPerCharacter: MS_PER_CHARACTER, signal };
      return typePiece('ydotool', piece, args, call);
    },
  };
}

/** Where ydotool itself looks for its daemon. */
function socketPath(env: NodeJS.ProcessEnv): string {
  if (env.YDOTOOL_SOCKET) return env.YDOTOOL_SOCKET;
  return join(env.XDG_RUNTIME_DIR || '/tmp', '.ydotool_socket');
}

/** Null for what it can't type. */
function argumentsFor(piece: TypedPiece): readonly string[] | null {
  if (piece.kind === 'text') {
    if (!TYPEABLE.test(piece.text)) return null;
    return ['type', '--key-delay', '5', '--key-hold', '5', '--file', '-'];
  }
  const { modifiers, key } = parseKey(piece.key);
  const code = keyCode(key);
  if (code === null) return null;
  const held = modifiers.map(modifierCode);
  const down = [...held, code].map((each) => `${each}:1`);
  const up = [code, ...[...held].reverse()].map((each) => `${each}:0`);
  return ['key', ...down, ...up];
}
