import {
  askCompositor,
  DISPLAY,
  message,
  readText,
  readUint,
  text,
  uint,
} from '../system/desktop/wayland-wire.js';

/** Object numbers of ours count on from the display's, in the order of their requests. */
const REGISTRY = 2;
const ALL_GLOBALS_TOLD = 3;
const SEAT = 4;
/** Bit of `wl_seat.capability`. */
const KEYBOARD = 2;

/**
 * Whether the session's first seat has a keyboard just now (`wl_registry`, `wl_seat.capabilities`). Null: it can't be told.
 */
export function seatHasKeyboard(env: NodeJS.ProcessEnv, display: string): Promise<boolean | null> {
  const getRegistry = message(DISPLAY, 1, [uint(REGISTRY)]);
  const sync = message(DISPLAY, 0, [uint(ALL_GLOBALS_TOLD)]);
  let bound = false;
  const question = Buffer.concat([getRegistry, sync]);
  return askCompositor(env, display, question, ({ from, opcode, body }, say) => {
    if (from === DISPLAY && opcode === 0) return null;
    if (from === REGISTRY && opcode === 0 && !bound && readText(body, 4) === 'wl_seat') {
      bound = true;
      // `wl_registry.bind`: name, interface, version, our number for it.
      const args = [body.subarray(0, 4), text('wl_seat'), uint(1), uint(SEAT)];
      say(message(REGISTRY, 0, args));
    }
    if (from === SEAT && opcode === 0) return (readUint(body, 0) & KEYBOARD) !== 0;
    return from === ALL_GLOBALS_TOLD && !bound ? null : undefined;
  });
}
