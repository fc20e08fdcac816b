import { readdirSync, readFileSync, statSync } from 'node:fs';
import { within } from '../../deadline.js';
import type { Env } from '../../env.js';
import { connectBus } from '../dbus.js';
import type { BusKind } from '../dbus-address.js';

/** Programs that lock a screen for as long as they run, as the kernel names them (15 characters). */
const LOCKERS = new Set([
  'gtklock',
  'hyprlock',
  'i3lock',
  'kscreenlocker_g',
  'physlock',
  'schlock',
  'slock',
  'swaylock',
  'waylock',
  'xsecurelock',
  'xtrlock',
]);

/** Services that know, each with its question. */
const SAVERS: readonly (readonly [name: string, path: string])[] = [
  ['org.gnome.ScreenSaver', '/org/gnome/ScreenSaver'],
  ['org.freedesktop.ScreenSaver', '/org/freedesktop/ScreenSaver'],
  ['org.cinnamon.ScreenSaver', '/org/cinnamon/ScreenSaver'],
  ['org.mate.ScreenSaver', '/org/mate/ScreenSaver'],
  ['org.xfce.ScreenSaver', '/org/xfce/ScreenSaver'],
];
/** A text does not wait longer for the answer. */
const ANSWER_MS = 400;

/** Whether the screen is locked just now; false where nobody can tell. */
export async function isScreenLocked(env: Env): Promise<boolean> {
  if (isLockerRunning(env)) return true;
  const answers = [saverIsActive(env), sessionIsLocked(env)];
  return (await Promise.all(answers.map((each) => within(each, ANSWER_MS)))).includes(true);
}

/** One of this user and, where that can be read, of this session. */
function isLockerRunning(env: Env): boolean {
  return namesIn('/proc').some((pid) => {
    if (!/^\d+$/.test(pid)) return false;
    try {
      if (!LOCKERS.has(readFileSync(`/proc/${pid}/comm`, 'utf8').trim())) return false;
      return statSync(`/proc/${pid}`).uid === process.getuid?.() && isOfSession(pid, env);
    } catch {
      return false;
    }
  });
}

function namesIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder);
  } catch {
    // No file can be opened now.
    return [];
  }
}

function isOfSession(pid: string, env: Env): boolean {
  try {
    const its = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
    const folder = its.find((each) => each.startsWith('XDG_RUNTIME_DIR='));
    return folder === undefined || folder === `XDG_RUNTIME_DIR=${env.XDG_RUNTIME_DIR ?? ''}`;
  } catch {
    return true;
  }
}

async function saverIsActive(env: Env): Promise<boolean> {
  return await ask('session', env, async (call) => {
    const [names] = await call({
      ...{ destination: 'org.freedesktop.DBus', path: '/org/freedesktop/DBus' },
      ...{ interface: 'org.freedesktop.DBus', member: 'ListNames' },
    });
    const running = SAVERS.filter(([name]) => Array.isArray(names) && names.includes(name));
    for (const [name, path] of running) {
      const [active] = await call({
        destination: name,
        path,
        interface: name,
        member: 'GetActive',
      });
      if (active === true) return true;
    }
    return false;
  });
}

async function sessionIsLocked(env: Env): Promise<boolean> {
  return await ask('system', env, async (call) => {
    const [hint] = await call({
      ...{ destination: 'org.freedesktop.login1', path: '/org/freedesktop/login1/session/auto' },
      ...{ interface: 'org.freedesktop.DBus.Properties', member: 'Get', signature: 'ss' },
      body: ['org.freedesktop.login1.Session', 'LockedHint'],
    });
    return typeof hint === 'object' && hint !== null && 'value' in hint && hint.value === true;
  });
}

type Call = NonNullable<Awaited<ReturnType<typeof connectBus>>>['call'];

async function ask(kind: BusKind, env: Env, question: (call: Call) => Promise<boolean>) {
  const bus = await connectBus(kind, env);
  if (bus === null) return false;
  try {
    return await question(bus.call);
  } catch {
    return false;
  } finally {
    bus.close();
  }
}
