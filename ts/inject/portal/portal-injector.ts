import { waylandDisplay } from '../../system/desktop/display.js';
import { focusedWindow } from '../../system/desktop/window/focused-window.js';
import { layoutHasLatin } from '../../system/desktop/window/layout.js';
import { leadingTexts } from '../cut-pieces.js';
import type { ClipboardDoor } from '../paste/clipboard-door.js';
import { pasteChord } from '../paste/paste-keys.js';
import type { Pasting } from '../paste/pasting.js';
import type { Attempt, Injector } from '../sink.js';
import { chordKeys } from './keysyms.js';
import type { PortalKeyboard } from './portal-keyboard.js';
import { pressChord } from './press-chord.js';

export interface PortalInjectorOptions {
  readonly env: NodeJS.ProcessEnv;
  readonly keyboard: PortalKeyboard;
  readonly pasting: Pasting;
  /** How the clipboard is reached, or what is missing. */
  door(): Promise<ClipboardDoor | string>;
  /** `[inject] paste_keys`. */
  readonly pasteKeys: string;
  /** How long the desktop may take to answer. */
  readonly callBaseMs: number;
}

/** Types by the desktop's portal: texts are pasted whole, keys are pressed. */
export function createPortal(options: PortalInjectorOptions): Injector {
  const { env, keyboard, pasting, callBaseMs } = options;
  const press = async (chord: string): Promise<Attempt> => {
    const lent = await keyboard.take(callBaseMs);
    if (typeof lent === 'string') return { kind: 'not_typed', message: lent };
    const keys = chordKeys(chord, await layoutHasLatin(env));
    return keys === null
      ? { kind: 'not_typed', message: `the portal knows no key ${chord}` }
      : await pressChord(lent, keys, callBaseMs);
  };
  const paste = async (text: string): Promise<Attempt> => {
    // The clipboard is left alone where there is no key to paste it with.
    const lent = await keyboard.take(callBaseMs);
    if (typeof lent === 'string') return { kind: 'not_typed', message: lent };
    return await pasting.paste(text, async () => {
      const focus = await focusedWindow(env);
      const appId = focus.kind === 'window' ? focus.appId : null;
      return await press(pasteChord(options.pasteKeys, appId));
    });
  };
  return {
    name: 'portal',
    async obstacle() {
      if (waylandDisplay(env) === null) return 'no Wayland session';
      const door = await options.door();
      return typeof door === 'string' ? door : await keyboard.obstacle();
    },
    async begin() {
      keyboard.begin();
      await pasting.prepare();
    },
    async close() {
      await pasting.close();
      keyboard.close();
    },
    async type(pieces, signal) {
      const texts = leadingTexts(pieces);
      if (signal.aborted) return { pieces: 0, attempt: { kind: 'not_typed', message: 'stopped' } };
      const text = texts.join('');
      // The space behind a sentence: no reason to lend the clipboard.
      if (text === ' ') return { pieces: texts.length, attempt: await press('space') };
      if (text !== '') return { pieces: texts.length, attempt: await paste(text) };
      const [piece] = pieces;
      if (piece?.kind !== 'key') return { pieces: 0, attempt: { kind: 'typed' } };
      return { pieces: 1, attempt: await press(piece.key) };
    },
  };
}
