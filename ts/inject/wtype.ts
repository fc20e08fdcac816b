import type { TypedPiece } from '../domain/keys.js';
import { waylandDisplay } from '../system/display.js';
import { findOnPath } from '../system/find-on-path.js';
import { CALL_BASE_MS, runCall } from './call.js';
import { parseKey } from './key-chord.js';
import type { Injector } from './sink.js';

/** wtype needs 4 ms and two round trips to the compositor for a character: ten times that. */
const MS_PER_CHARACTER = 60;

/** wtype, for compositors with the virtual keyboard protocol. New lines and tabs in a text are keys to it. */
export function createWtype(env: NodeJS.ProcessEnv, baseMs = CALL_BASE_MS): Injector {
  return {
    name: 'wtype',
    obstacle() {
      if (waylandDisplay(env) === null) return 'no Wayland session';
      return findOnPath('wtype', env) === null ? 'wtype is not installed' : null;
    },
    async type([piece], signal) {
      if (piece === undefined) return { pieces: 0, attempt: { kind: 'typed' } };
      const length = piece.kind === 'text' ? piece.text.length : 1;
      const attempt = await runCall('wtype', {
        ...{ command: 'wtype', args: argumentsFor(piece), signal, env: environment(env) },
        ...(piece.kind === 'text' ? { input: piece.text } : {}),
        timeoutMs: baseMs + MS_PER_CHARACTER * length,
      });
      return { pieces: 1, attempt };
    },
  };
}

function argumentsFor(piece: TypedPiece): readonly string[] {
  if (piece.kind === 'text') return ['-'];
  const { modifiers, key } = parseKey(piece.key);
  return [
    ...modifiers.flatMap((modifier) => ['-M', modifier]),
    ...['-k', key],
    ...[...modifiers].reverse().flatMap((modifier) => ['-m', modifier]),
  ];
}

/** wtype decodes its input by the locale: without one, everything but ASCII is lost. */
function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const display = waylandDisplay(env);
  return { ...env, LC_ALL: 'C.UTF-8', ...(display === null ? {} : { WAYLAND_DISPLAY: display }) };
}
