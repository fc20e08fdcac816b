import type { Env } from '../../env.js';
import { PortalBus } from './portal-bus.js';

const REMOTE_DESKTOP = 'org.freedesktop.portal.RemoteDesktop';
const KEYBOARD = 1;
/** The permission holds until the person takes it back. */
const UNTIL_REVOKED = 2;
/** First version whose permission can be kept. */
const KEEPS_FROM = 2;

const LAST_WORDS_MS = 500;

/** A key by its X11 keysym, or by the number of its place on the keyboard (linux/input-event-codes.h). */
export type PortalKey =
  | { readonly kind: 'keysym'; readonly keysym: number }
  | { readonly kind: 'place'; readonly code: number };

/** A keyboard that the desktop has lent us. */
export interface RemoteKeyboard {
  /** Resolves when the desktop has taken the key; rejects with its words, or when it does not answer in `answerMs`. */
  press(key: PortalKey, isDown: boolean, answerMs: number): Promise<void>;
  /** Resolves when it is taken away: locked out, revoked, portal restarted. */
  readonly ended: Promise<void>;
  /** Spares the person the question next time; good for once. */
  readonly restoreToken: string | null;
  close(): void;
}

export type Lent =
  | { readonly kind: 'lent'; readonly keyboard: RemoteKeyboard }
  | { readonly kind: 'refused' | 'ended' | 'absent' };

/** Whether the desktop's portal can lend a keyboard; nothing is asked of the person. */
export async function canLendKeyboard(env: Env): Promise<boolean> {
  const portal = await PortalBus.connect(env);
  if (portal === null) return false;
  const types = await portal.property(REMOTE_DESKTOP, 'AvailableDeviceTypes');
  portal.close();
  return hasKeyboard(types);
}

/** Asks for a keyboard; the desktop asks the person, unless `token` shows that they have agreed before. */
export async function borrowKeyboard(env: Env, token: string | null): Promise<Lent> {
  const portal = await PortalBus.connect(env);
  if (portal === null) return { kind: 'absent' };
  try {
    const lent = await borrow(portal, token);
    if (lent.kind !== 'lent') portal.close();
    return lent;
  } catch {
    portal.close();
    return { kind: 'ended' };
  }
}

async function borrow(portal: PortalBus, token: string | null): Promise<Lent> {
  if (!hasKeyboard(await portal.property(REMOTE_DESKTOP, 'AvailableDeviceTypes'))) {
    return { kind: 'absent' };
  }
  const keeps = Number(await portal.property(REMOTE_DESKTOP, 'version')) >= KEEPS_FROM;
  const created = await portal.request({
    ...{ interface: REMOTE_DESKTOP, member: 'CreateSession', signature: 'a{sv}' },
    options: { session_handle_token: ['s', portal.newToken()] },
    body: (options) => [options],
  });
  if (created.kind !== 'granted') return created;
  const session = String(created.results.session_handle);
  const ended = portal.sessionEnded(session);
  const selected = await portal.request({
    ...{ interface: REMOTE_DESKTOP, member: 'SelectDevices', signature: 'oa{sv}' },
    options: {
      types: ['u', KEYBOARD],
      ...(keeps ? { persist_mode: ['u', UNTIL_REVOKED] } : {}),
      ...(keeps && token !== null ? { restore_token: ['s', token] } : {}),
    },
    body: (options) => [session, options],
  });
  if (selected.kind !== 'granted') return selected;
  const started = await portal.request({
    ...{ interface: REMOTE_DESKTOP, member: 'Start', signature: 'osa{sv}' },
    options: {},
    body: (options) => [session, '', options],
  });
  if (started.kind !== 'granted') return started;
  if (!hasKeyboard(started.results.devices)) return { kind: 'refused' };
  return { kind: 'lent', keyboard: keyboardOf(portal, session, ended, started.results) };
}

function keyboardOf(
  portal: PortalBus,
  session: string,
  ended: Promise<void>,
  { restore_token: token }: Readonly<Record<string, unknown>>,
): RemoteKeyboard {
  // A call that is on its way may still be answered: its words tell whether a key was pressed.
  void ended.then(() => setTimeout(() => portal.close(), LAST_WORDS_MS).unref());
  return {
    ended,
    restoreToken: typeof token === 'string' && token !== '' ? token : null,
    async press(key, isDown, answerMs) {
      const member = key.kind === 'keysym' ? 'NotifyKeyboardKeysym' : 'NotifyKeyboardKeycode';
      const number = key.kind === 'keysym' ? key.keysym : key.code;
      const body = [session, portal.options({}), number, isDown ? 1 : 0];
      await portal.call(
        { interface: REMOTE_DESKTOP, member, signature: 'oa{sv}iu', body },
        answerMs,
      );
    },
    close: () => void portal.closeSession(session).then(() => portal.close()),
  };
}

function hasKeyboard(types: unknown): boolean {
  return (Number(types) & KEYBOARD) !== 0;
}
