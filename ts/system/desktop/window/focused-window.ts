import type { Env } from '../../env.js';
import { waylandDisplay, x11Display } from '../display.js';
import type { Focus } from './focus.js';
import { focusedInHyprland } from './hyprland.js';
import { focusedInNiri } from './niri.js';
import { focusedInSway } from './sway.js';
import { focusedInX11 } from './x11.js';

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
