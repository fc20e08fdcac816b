import type { Env } from '../../env.js';
import { waylandDisplay, x11Display } from '../display.js';
import { focusedInHyprland } from './hyprland.js';
import { focusedInNiri } from './niri.js';
import { focusedInSway } from './sway.js';
import { focusedInX11 } from './x11.js';

/** The window that the keys go to. */
export type Focus =
  | {
      readonly kind: 'window';
      /** The same for as long as the window lives. */
      readonly id: string;
      /** The program by its app id (Wayland) or class (X11); null where it has none. */
      readonly appId: string | null;
    }
  /** No window has the focus. */
  | { readonly kind: 'none' }
  /** This desktop does not tell (GNOME, KDE), or does not answer. */
  | { readonly kind: 'unknown' };

/** Asks the compositor which window has the focus just now. Never rejects. */
export async function focusedWindow(env: Env): Promise<Focus> {
  const ways =
    waylandDisplay(env) === null ? xWays(env) : [focusedInSway, focusedInHyprland, focusedInNiri];
  for (const ask of ways) {
    const focus = await ask(env).catch((): Focus => ({ kind: 'unknown' }));
    if (focus.kind !== 'unknown') return focus;
  }
  return { kind: 'unknown' };
}

function xWays(env: Env) {
  return x11Display(env) === null ? [] : [focusedInX11];
}
