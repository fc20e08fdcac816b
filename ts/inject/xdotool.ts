import type { TypedPiece } from '../domain/keys.js';
import { x11Display } from '../system/desktop/display.js';
import { focusedWindow } from '../system/desktop/window/focused-window.js';
import { currentLayout, hasLatin, isUsLayout } from '../system/desktop/window/layout.js';
import { findOnPath } from '../system/find-on-path.js';
import { typePiece } from './call.js';
import { leadingTexts } from './cut-pieces.js';
import { parseKey, repeated } from './key-chord.js';
import { pasteChord } from './paste/paste-keys.js';
import type { Pasting } from './paste/pasting.js';
import type { Attempt, Injector } from './sink.js';

/** xdotool waits 12 ms after each character, and longer where it has to change the key map for it. */
const MS_PER_CHARACTER = 150;

/** What a US keyboard has; and of that, what every Latin layout has, too: on many the quotes, ^, ` and ~ are dead keys. */
const US = /^[\t\n\x20-\x7e]*$/;
const ANY_LATIN = /^[\t\n !#-&(-\]_a-}]*$/;

/** Terminals of X11 that paste by no key of the clipboard's. */
const PASTES_NOT = /^(xterm|uxterm|urxvt|rxvt|st|eterm|aterm)/i;

/**
 * xdotool, for X11 sessions. Modifiers of a hotkey that are still held are let go while it types. A character that the layout lacks it puts on
 * a spare key, of which windows learn too late now and then: measured with GTK, up to a third of these is lost. Such texts are pasted.
 */
export function createXdotool(
  env: NodeJS.ProcessEnv,
  baseMs: number,
  paste: { readonly pasting: Pasting; readonly keys: string },
): Injector {
  /** Null where typing is the better way. */
  const pasteChordFor = async (text: string): Promise<string | null> => {
    const layout = await currentLayout(env);
    const latin = hasLatin(layout);
    if (latin && (isUsLayout(layout) ? US : ANY_LATIN).test(text)) return null;
    const focus = await focusedWindow(env);
    if (focus.kind !== 'window' || focus.appId === null || PASTES_NOT.test(focus.appId))
      return null;
    const chord = pasteChord(paste.keys, focus.appId);
    if (latin) return chord;
    // Without Latin letters there is no V to be found; terminals know no other key for the clipboard.
    return chord === 'ctrl-v' ? 'shift-Insert' : null;
  };
  return {
    name: 'xdotool',
    obstacle() {
      if (x11Display(env) === null) return 'no X11 session';
      return findOnPath('xdotool', env) === null ? 'xdotool is not installed' : null;
    },
    close: () => paste.pasting.close(),
    async type(pieces, signal) {
      const [piece] = pieces;
      if (piece === undefined) return { pieces: 0, attempt: { kind: 'typed' } };
      const typingEnv = { ...env, LC_ALL: 'C.UTF-8' };
      const call = { env: typingEnv, baseMs, msPerCharacter: MS_PER_CHARACTER, signal, judge };
      const press = async (each: TypedPiece) => {
        const parts = partsOf(each).map((part) => () => {
          return typePiece('xdotool', part, argumentsFor(part), call);
        });
        return { pieces: 1, attempt: await attemptAll(parts) };
      };
      if (piece.kind === 'key') return await press(piece);
      const texts = leadingTexts(pieces);
      const key = await pasteChordFor(texts.join(''));
      if (key === null) return await press(piece);
      const pasted = await paste.pasting.paste(texts.join(''), async () => {
        return (await press({ kind: 'key', key })).attempt;
      });
      // Where nothing could be pasted it is typed as well as it goes.
      return pasted.kind === 'not_typed'
        ? await press(piece)
        : { pieces: texts.length, attempt: pasted };
    },
  };
}

/** What it types of a new line is the key Linefeed, which no program understands: Return is pressed instead. */
function partsOf(piece: TypedPiece): readonly TypedPiece[] {
  if (piece.kind === 'key') return [piece];
  return piece.text
    .split(/(\n)/)
    .filter((part) => part !== '')
    .map((part) => (part === '\n' ? { kind: 'key', key: 'Return' } : { kind: 'text', text: part }));
}

/** The calls for one piece, up to the first that fails; with a part typed, the whole is in doubt. */
async function attemptAll(
  calls: readonly (() => Promise<{ readonly attempt: Attempt }>)[],
): Promise<Attempt> {
  let typed = 0;
  for (const call of calls) {
    const { attempt } = await call();
    if (attempt.kind !== 'typed') return typed === 0 ? attempt : { ...attempt, kind: 'unknown' };
    typed += 1;
  }
  return { kind: 'typed' };
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
