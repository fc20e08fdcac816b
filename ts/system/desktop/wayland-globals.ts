import type { Env } from '../env.js';
import { askCompositor, DISPLAY, message, readText, uint } from './wayland-wire.js';

const REGISTRY = 2;
const ALL_TOLD = 3;

/** What the compositor offers to programs, by the names of the protocols; null where it can't be asked. */
export function waylandGlobals(env: Env, display: string): Promise<ReadonlySet<string> | null> {
  const getRegistry = message(DISPLAY, 1, [uint(REGISTRY)]);
  const sync = message(DISPLAY, 0, [uint(ALL_TOLD)]);
  const names = new Set<string>();
  return askCompositor(
    env,
    display,
    Buffer.concat([getRegistry, sync]),
    ({ from, opcode, body }) => {
      if (from === DISPLAY && opcode === 0) return null;
      if (from === REGISTRY && opcode === 0) names.add(readText(body, 4));
      return from === ALL_TOLD ? names : undefined;
    },
  );
}

/** What wtype types with. GNOME and KDE don't have it. */
export const VIRTUAL_KEYBOARD = 'zwp_virtual_keyboard_manager_v1';

/** Lets programs without a window fill the clipboard and look into it. GNOME does not have it. */
export function hasDataControl(globals: ReadonlySet<string> | null): boolean {
  return (
    globals !== null &&
    (globals.has('ext_data_control_manager_v1') || globals.has('zwlr_data_control_manager_v1'))
  );
}
