// A portal that lends keyboards and keys of the desktop, strict in its protocol: `org.freedesktop.portal.RemoteDesktop` version 2 and
// `GlobalShortcuts` as their documentation has them. Keys that are typed go on to the compositor by wtype.
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import dbus from 'dbus-next';
import {
  answerRequest,
  bus,
  closeSession,
  folder,
  must,
  newSession,
  note,
  option,
  orders,
  serve,
  sessionOf,
  sessions,
  wait,
  Wrong,
} from './fake-protocol.mjs';
import { mutterKeyboard } from './mutter-keyboard.mjs';
import { GLOBAL_SHORTCUTS, REGISTRY } from './fake-shortcuts.mjs';

const { Message, Variant } = dbus;
const RD = 'org.freedesktop.portal.RemoteDesktop';
/** GNOME's portal hands the keys to mutter. */
const viaMutter = process.env.FAKE_PORTAL_KEYS === 'mutter' ? mutterKeyboard(bus) : null;
let keysPressed = 0;

/** The one token that is good, in a file so that it outlives a restart as the real permission store does. */
const goodToken = () => (existsSync(`${folder}/good`) ? readFileSync(`${folder}/good`, 'utf8') : null);

const REMOTE_DESKTOP = {
  CreateSession(message, [options]) {
    must(message.signature === 'a{sv}', 'signature');
    const [path, session] = newSession(message, options, RD);
    answerRequest(message, options, () => {
      sessions.set(path, session);
      return [0, { session_handle: new Variant('s', path) }];
    });
  },
  SelectDevices(message, [path, options]) {
    must(message.signature === 'oa{sv}', 'signature');
    const session = sessionOf(message, path, RD, ['init']);
    must(option(options, 'types', 'u') === 1, 'only a keyboard was to be asked for');
    must(option(options, 'persist_mode', 'u') === 2, 'persist_mode');
    session.token = option(options, 'restore_token', 's') ?? null;
    answerRequest(message, options, () => {
      session.state = 'selected';
      return [0, {}];
    });
  },
  Start(message, [path, parent, options]) {
    must(message.signature === 'osa{sv}' && parent === '', 'signature');
    const session = sessionOf(message, path, RD, ['selected']);
    session.state = 'starting';
    answerRequest(message, options, async () => {
      const isKnown = session.token !== null && session.token === goodToken();
      writeFileSync(`${folder}/good`, '');
      const { refuse = false, askMs = 0 } = orders();
      note({ asked: !isKnown });
      if (!isKnown) await wait(askMs);
      if (!isKnown && refuse) {
        sessions.delete(path);
        return [1, {}];
      }
      if (viaMutter) session.mutter = await viaMutter.start();
      session.state = 'started';
      const token = `token-${Math.random().toString(36).slice(2)}`;
      writeFileSync(`${folder}/good`, token);
      return [0, { devices: new Variant('u', 1), restore_token: new Variant('s', token) }];
    });
  },
  async NotifyKeyboardKeysym(message, [path, , keysym, state]) {
    must(message.signature === 'oa{sv}iu', 'signature');
    const session = sessionOf(message, path, RD, ['started']);
    must(state === 0 || state === 1, 'state');
    must((state === 1) !== session.held.includes(keysym), 'a key goes down once and up once');
    const { closeAtKey, dieAtKey, killOwnerAtKey, slowMs = 0, errorAtKey } = orders();
    if (state === 1) keysPressed += 1;
    if (state === 1 && keysPressed === errorAtKey) throw new Wrong('not now');
    if (state === 1 && keysPressed === closeAtKey) {
      closeSession(path);
      throw new Wrong('Invalid session');
    }
    if (state === 1 && keysPressed === dieAtKey) process.exit(1);
    if (state === 1 && keysPressed === killOwnerAtKey) await killOwners();
    await wait(slowMs);
    if (state === 1) session.held.push(keysym);
    else session.held.splice(session.held.indexOf(keysym), 1);
    if (viaMutter) await viaMutter.press(session.mutter, keysym, state === 1);
    else if (state === 1 && !(keysym in MODIFIERS) && (await hasKey(keysym))) await press(session.held);
    bus.send(Message.newMethodReturn(message));
  },
  /** By the place of the key, whatever the layout has there: programs know shortcuts by it. */
  async NotifyKeyboardKeycode(message, [path, , code, state]) {
    must(message.signature === 'oa{sv}iu', 'signature');
    const session = sessionOf(message, path, RD, ['started']);
    must(code === 47, 'only V is known by its place');
    if (state === 1) await press([...session.held, 'v'.codePointAt(0)]);
    bus.send(Message.newMethodReturn(message));
  },
  Get(message, [, name]) {
    const value = { version: 2, AvailableDeviceTypes: orders().types ?? 7 }[name];
    must(value !== undefined, 'no such property');
    bus.send(Message.newMethodReturn(message, 'v', [new Variant('u', value)]));
  },
};

/** A keysym that the layout lacks is dropped, as compositors do. */
function hasKey(keysym) {
  const { layout, variant = '' } = orders();
  if (layout === undefined) return true;
  const script = new URL('has_keysym.py', import.meta.url).pathname;
  return new Promise((resolve) => {
    execFile('python3', [script, layout, variant, String(keysym)], (error) => {
      if (error !== null) note({ dropped: keysym });
      resolve(error === null);
    });
  });
}

/** Ends all of this session that hold the clipboard for a text. */
async function killOwners() {
  const ours = `XDG_RUNTIME_DIR=${process.env.XDG_RUNTIME_DIR}`;
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
      if (!command.includes('swictation_worker.clipboard') || !command.includes('own')) continue;
      if (readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(ours)) process.kill(Number(pid), 'SIGKILL');
    } catch {
      // It has ended meanwhile.
    }
  }
  await wait(100);
}

const MODIFIERS = { 0xffe1: 'shift', 0xffe3: 'ctrl', 0xffe9: 'alt', 0xffeb: 'logo' };
const KEYS = { 0x20: 'space', 0xff08: 'BackSpace', 0xff09: 'Tab', 0xff0d: 'Return', 0xff51: 'Left', 0xff63: 'Insert' };

function press(held) {
  const modifiers = held.filter((key) => key in MODIFIERS).map((key) => MODIFIERS[key]);
  const key = held.find((each) => !(each in MODIFIERS));
  const name = KEYS[key] ?? String.fromCodePoint(key);
  note({ key: [...modifiers, name].join('-') });
  const args = ['-s', '50', ...modifiers.flatMap((each) => ['-M', each]), '-k', name];
  return new Promise((resolve) =>
    execFile('wtype', [...args, ...modifiers.flatMap((each) => ['-m', each])], resolve),
  );
}

serve({
  [RD]: REMOTE_DESKTOP,
  'org.freedesktop.portal.GlobalShortcuts': GLOBAL_SHORTCUTS,
  'org.freedesktop.host.portal.Registry': REGISTRY,
  'org.freedesktop.portal.Session': {
    Close(message) {
      sessions.delete(message.path);
      bus.send(Message.newMethodReturn(message));
    },
  },
});
