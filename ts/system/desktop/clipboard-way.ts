import type { Env } from '../env.js';
import { findOnPath } from '../find-on-path.js';
import { waylandDisplay, x11Display } from './display.js';
import { hasDataControl, waylandGlobals } from './wayland-globals.js';

/** How programs without a window reach the clipboard of this session. */
export type ClipboardWay =
  | { readonly kind: 'data_control'; readonly display: string }
  /** Of an X11 session, or of a compositor that shares its clipboard with its X server (GNOME). */
  | { readonly kind: 'xclip' }
  | { readonly kind: 'none'; readonly reason: string; readonly lacksXclip: boolean };

export async function clipboardWay(env: Env): Promise<ClipboardWay> {
  const display = waylandDisplay(env);
  if (display !== null && hasDataControl(await waylandGlobals(env, display))) {
    return { kind: 'data_control', display };
  }
  if (display === null && x11Display(env) === null) return none('no session to paste into');
  if (!env.DISPLAY) return none('this compositor lets no program fill the clipboard');
  return findOnPath('xclip', env) === null
    ? none('xclip is not installed', true)
    : { kind: 'xclip' };
}

function none(reason: string, lacksXclip = false): ClipboardWay {
  return { kind: 'none', reason, lacksXclip };
}
