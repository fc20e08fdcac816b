import { within } from '../../deadline.js';
import type { Env } from '../../env.js';
import type { HeardSignal } from '../dbus.js';
import { PortalBus, plain } from './portal-bus.js';

const GLOBAL_SHORTCUTS = 'org.freedesktop.portal.GlobalShortcuts';
/** Name of our desktop file; portals from 1.21 on lend keys only to programs that have one. */
const DESKTOP_FILE = 'org.swictation.Swictation';
/** Always the same: where we are nobody to the desktop, it knows our keys again by this. */
const SESSION_TOKEN = 'swictation';
const LAST_WORDS_MS = 500;

/** What to do where the desktop lends no keys. */
export const OWN_BINDING = 'bind `swictation toggle` to a key in the desktop';

export interface Shortcut {
  readonly id: string;
  /** Shown to the person who is asked. */
  readonly description: string;
  /** The key that is wished for, as `toTrigger` writes it; null: the person chooses. */
  readonly trigger: string | null;
}

/** What has to be pressed for each shortcut, in the desktop's words; empty for one that has no key. */
export type Triggers = ReadonlyMap<string, string>;

export interface KeyNews {
  pressed(id: string): void;
  released(id: string): void;
  /** The person has given other keys. */
  changed(triggers: Triggers): void;
}

/** Keys of the whole desktop that are ours for a while. */
interface LentKeys {
  readonly triggers: Triggers;
  /** Resolves when they are taken away: revoked, portal restarted. */
  readonly ended: Promise<void>;
  close(): void;
}

export type LentShortcuts =
  | { readonly kind: 'lent'; readonly keys: LentKeys }
  /** `gone`: the portal left while it was asked. `nameless`: it wants to know our desktop file, and finds none. */
  | { readonly kind: 'refused' | 'ended' | 'gone' | 'absent' | 'nameless' };

/** Whether the desktop's portal can lend keys; nothing is asked of the person. */
export async function canLendKeys(env: Env): Promise<boolean> {
  const portal = await PortalBus.connect(env);
  if (portal === null) return false;
  const version = await portal.property(GLOBAL_SHORTCUTS, 'version');
  portal.close();
  return version !== null;
}

/** Asks for the keys; the desktop asks the person, unless it knows the answer from an earlier time. */
export async function borrowKeys(
  env: Env,
  shortcuts: readonly Shortcut[],
  news: KeyNews,
): Promise<LentShortcuts> {
  const portal = await PortalBus.connect(env, DESKTOP_FILE);
  if (portal === null) return { kind: 'absent' };
  let isGone = false;
  void portal.ended.then(() => {
    isGone = true;
  });
  let lent: LentShortcuts;
  try {
    lent = await borrow(portal, shortcuts, news);
  } catch (error) {
    lent = { kind: isNameless(error) ? 'nameless' : 'ended' };
  }
  if (lent.kind === 'lent') return lent;
  const mayBeGone = lent.kind === 'ended' || lent.kind === 'absent';
  // The last call is refused a moment before the bus says that the portal has gone.
  if (mayBeGone) await within(portal.ended, LAST_WORDS_MS);
  const kind = mayBeGone && isGone ? 'gone' : lent.kind;
  portal.close();
  return { kind };
}

async function borrow(
  portal: PortalBus,
  shortcuts: readonly Shortcut[],
  news: KeyNews,
): Promise<LentShortcuts> {
  if ((await portal.property(GLOBAL_SHORTCUTS, 'version')) === null) return { kind: 'absent' };
  const created = await portal.request({
    ...{ interface: GLOBAL_SHORTCUTS, member: 'CreateSession', signature: 'a{sv}' },
    options: { session_handle_token: ['s', SESSION_TOKEN] },
    body: (options) => [options],
  });
  if (created.kind !== 'granted') return created;
  const session = String(created.results.session_handle);
  const ended = portal.sessionEnded(session);
  portal.onSignal((signal) => tell(signal, session, news));
  const asked = shortcuts.map(({ id, description, trigger }) => [
    id,
    portal.options({
      description: ['s', description],
      ...(trigger === null ? {} : { preferred_trigger: ['s', trigger] }),
    }),
  ]);
  const bound = await portal.request({
    ...{ interface: GLOBAL_SHORTCUTS, member: 'BindShortcuts', signature: 'oa(sa{sv})sa{sv}' },
    options: {},
    body: (options) => [session, asked, '', options],
  });
  if (bound.kind !== 'granted') return bound;
  const triggers = readTriggers(bound.results.shortcuts);
  // An empty answer is how some desktops say no.
  if (triggers.size === 0) return { kind: 'refused' };
  void ended.then(() => portal.close());
  const close = () => void portal.closeSession(session).then(() => portal.close());
  return { kind: 'lent', keys: { triggers, ended, close } };
}

function tell({ interface: face, member, body }: HeardSignal, session: string, news: KeyNews) {
  if (face !== GLOBAL_SHORTCUTS || body[0] !== session) return;
  if (member === 'Activated') news.pressed(String(body[1]));
  if (member === 'Deactivated') news.released(String(body[1]));
  if (member === 'ShortcutsChanged') news.changed(readTriggers(body[1]));
}

/** From the portal's `a(sa{sv})`. */
function readTriggers(shortcuts: unknown): Triggers {
  const pairs = Array.isArray(shortcuts) ? shortcuts.filter(Array.isArray) : [];
  return new Map(
    pairs.map(([id, facts]: unknown[]) => {
      const known = new Map(Object.entries(Object(facts)));
      return [String(id), String(plain(known.get('trigger_description')) ?? '')];
    }),
  );
}

function isNameless(error: unknown): boolean {
  return error instanceof Error && 'type' in error && /\.NotAllowed$/.test(String(error.type));
}
