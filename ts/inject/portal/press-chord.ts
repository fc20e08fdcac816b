import type { PortalKey, RemoteKeyboard } from '../../system/desktop/portal/remote-keyboard.js';
import type { Attempt } from '../sink.js';

/**
 * Presses all keys in order and lets them go in reverse. Only the last one does anything in a window, so that a call which fails
 * before it has typed nothing; from then on nobody knows.
 */
export async function pressChord(
  keyboard: RemoteKeyboard,
  keys: readonly PortalKey[],
  answerMs: number,
): Promise<Attempt> {
  const held: PortalKey[] = [];
  let lastWasSent = false;
  try {
    for (const key of keys) {
      lastWasSent = held.length === keys.length - 1;
      held.push(key);
      await keyboard.press(key, true, answerMs);
    }
    for (const key of held.splice(0).reverse()) await keyboard.press(key, false, answerMs);
    return { kind: 'typed' };
  } catch (error) {
    for (const key of held.reverse()) void keyboard.press(key, false, answerMs).catch(() => {});
    const refused = isRefusal(error) && held.length === keys.length;
    const message = 'the desktop does not take keys any more';
    return { kind: lastWasSent && !refused ? 'unknown' : 'not_typed', message };
  }
}

/** The portal has said no to this call, in contrast to saying nothing, or to having gone before it said anything. */
function isRefusal(error: unknown): boolean {
  return (
    error instanceof Error &&
    'type' in error &&
    typeof error.type === 'string' &&
    !/\.(NoReply|Timeout|TimedOut|Disconnected)$/.test(error.type)
  );
}
