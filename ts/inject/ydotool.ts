import type { TypedPiece } from '../domain/keys.js';
import { isSocket } from '../system/desktop/display.js';
import {
  rememberYdotool,
  type Ydotool,
  ydotoolObstacle,
  ydotoolSocket,
} from '../system/desktop/ydotool.js';
import { findOnPath } from '../system/find-on-path.js';
import { typePiece } from './call.js';
import type { Injector } from './sink.js';
import { codeArguments, wordArguments } from './ydotool-arguments.js';

/** Key down and up, and the pause after it, as asked for: 10 ms; 24 ms where that can't be. With room for a busy machine. */
const MS_PER_CHARACTER = 80;

/** ydotool with its daemon, which types as a US keyboard that is plugged in. Every version in its own words. */
export function createYdotool(env: NodeJS.ProcessEnv, baseMs: number): Injector {
  const find = rememberYdotool(env);
  return {
    name: 'ydotool',
    obstacle() {
      if (findOnPath('ydotool', env) === null) return 'ydotool is not installed';
      // Which of the places counts is known when it is asked, before the first key.
      const sockets = [
        ydotoolSocket({ kind: 'words' }, env),
        ydotoolSocket({ kind: 'unknown' }, env),
      ];
      return sockets.some(isSocket) ? null : 'ydotoold is not running';
    },
    async type([piece], signal) {
      if (piece === undefined) return { pieces: 0, attempt: { kind: 'typed' } };
      const ydotool = await find();
      const obstacle = ydotoolObstacle(ydotool, env) ?? describeGap(ydotool, piece);
      if (obstacle !== null)
        return { pieces: 1, attempt: { kind: 'not_typed', message: obstacle } };
      const call = {
        env,
        baseMs,
        msPerCharacter: MS_PER_CHARACTER,
        signal,
        judge: judgeOf(ydotool, env),
      };
      return typePiece('ydotool', piece, argumentsFor(ydotool, piece) ?? [], call);
    },
  };
}

function argumentsFor(ydotool: Ydotool, piece: TypedPiece): readonly string[] | null {
  if (ydotool.kind === 'words') return wordArguments(piece);
  return codeArguments(piece, ydotool.kind === 'codes' && ydotool.keyHold);
}

function describeGap(ydotool: Ydotool, piece: TypedPiece): string | null {
  return argumentsFor(ydotool, piece) === null
    ? 'ydotool knows only the keys of a US keyboard'
    : null;
}

/**
 * What an exit code of 0 is worth. 0.1 has it for everything: it says which daemon it wrote to, and what it did not
 * understand. A newer one writes to its daemon and does not notice when that is gone.
 */
function judgeOf(
  ydotool: Ydotool,
  env: NodeJS.ProcessEnv,
): (said: string) => 'typed' | 'not_typed' | 'unknown' {
  return (said) => {
    if (ydotool.kind === 'words') {
      if (/^ydotool: \w+: error:/m.test(said)) return 'not_typed';
      return said.includes('Using ydotoold backend') ? 'typed' : 'unknown';
    }
    return ydotoolObstacle(ydotool, env) === null ? 'typed' : 'unknown';
  };
}
