import type { TypedPiece } from '../domain/keys.js';
import { waylandDisplay } from '../system/desktop/display.js';
import { VIRTUAL_KEYBOARD, waylandGlobals } from '../system/desktop/wayland-globals.js';
import { findOnPath } from '../system/find-on-path.js';
import { typePiece } from './call.js';
import { parseKey, repeated } from './key-chord.js';
import { seatHasKeyboard } from './seat.js';
import type { Injector } from './sink.js';

/** wtype needs 4 ms and two round trips to the compositor for a character: ten times that. */
const MS_PER_CHARACTER = 60;

/**
 * Where the seat has no keyboard, wtype's own is the first one, and a window learns of it only now: measured
 * in sway, one first character in a hundred was lost without this wait. Every keyboard that is plugged in
 * makes it unnecessary.
 */
const NEW_KEYBOARD_MS = 50;
/** The keyboard of our own last call may still count until then. */
const OWN_KEYBOARD_MS = 2_000;

const NO_VIRTUAL_KEYBOARD = 'this compositor has no virtual keyboard for wtype';

/** wtype, for compositors with the virtual keyboard protocol. New lines and tabs in a text are keys to it. */
export function createWtype(env: NodeJS.ProcessEnv, baseMs: number): Injector {
  const waitForWindows = watchSeat(env);
  return {
    name: 'wtype',
    async obstacle() {
      const display = waylandDisplay(env);
      if (display === null) return 'no Wayland session';
      if (findOnPath('wtype', env) === null) return 'wtype is not installed';
      const globals = await waylandGlobals(env, display);
      return globals === null || globals.has(VIRTUAL_KEYBOARD) ? null : NO_VIRTUAL_KEYBOARD;
    },
    async type([piece], signal) {
      if (piece === undefined) return { pieces: 0, attempt: { kind: 'typed' } };
      const args = [...(await waitForWindows()), ...argumentsFor(piece)];
      const call = { env: environment(env), baseMs, msPerCharacter: MS_PER_CHARACTER, signal };
      return typePiece('wtype', piece, args, call);
    },
  };
}

/** Arguments that make wtype wait for the windows, where they have to learn of its keyboard first. */
function watchSeat(env: NodeJS.ProcessEnv): () => Promise<readonly string[]> {
  let bare = false;
  let lastMs = Number.NEGATIVE_INFINITY;
  return async () => {
    const nowMs = performance.now();
    const display = waylandDisplay(env);
    const mayAsk = display !== null && nowMs - lastMs > OWN_KEYBOARD_MS;
    if (mayAsk) bare = (await seatHasKeyboard(env, display)) === false;
    lastMs = performance.now();
    return bare ? ['-s', String(NEW_KEYBOARD_MS)] : [];
  };
}

function argumentsFor(piece: TypedPiece): readonly string[] {
  if (piece.kind === 'text') return ['-'];
  const { modifiers, key } = parseKey(piece.key);
  return [
    ...modifiers.flatMap((modifier) => ['-M', modifier]),
    ...repeated(piece, ['-k', key]),
    ...[...modifiers].reverse().flatMap((modifier) => ['-m', modifier]),
  ];
}

/** wtype decodes its input by the locale: without one, everything but ASCII is lost. */
function environment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const display = waylandDisplay(env);
  return { ...env, LC_ALL: 'C.UTF-8', ...(display === null ? {} : { WAYLAND_DISPLAY: display }) };
}
