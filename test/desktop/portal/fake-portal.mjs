// A portal that lends keyboards, strict in its protocol: `org.freedesktop.portal.RemoteDesktop` version 2 as its documentation has it.
// Keys go on to the compositor by wtype. FAKE_PORTAL names a folder: `orders.json` says how it behaves, `calls` is what it was asked.
import { execFile } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import dbus from 'dbus-next';

const { Message, Variant, MessageType } = dbus;
const folder = process.env.FAKE_PORTAL;
const RD = 'org.freedesktop.portal.RemoteDesktop';
const DESKTOP = '/org/freedesktop/portal/desktop';
const bus = dbus.sessionBus({ busAddress: process.env.FAKE_PORTAL_BUS });
const sessions = new Map();
let keysPressed = 0;

const orders = () =>
  existsSync(`${folder}/orders.json`) ? JSON.parse(readFileSync(`${folder}/orders.json`, 'utf8')) : {};
const note = (line) => appendFileSync(`${folder}/calls`, `${JSON.stringify(line)}\n`);
const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** The one token that is good, in a file so that it outlives a restart as the real permission store does. */
const goodToken = () => (existsSync(`${folder}/good`) ? readFileSync(`${folder}/good`, 'utf8') : null);

class Wrong extends Error {}
const must = (isRight, message) => {
  if (!isRight) throw new Wrong(message);
};

function option(options, name, signature) {
  const found = options[name];
  if (found === undefined) return undefined;
  must(found.signature === signature, `${name} must be ${signature}`);
  return found.value;
}

/** A request object, as every portal method that may ask the person makes one. */
function answerRequest(message, options, results) {
  const token = option(options, 'handle_token', 's');
  must(/^[A-Za-z0-9_]+$/.test(token ?? ''), 'handle_token is no object path element');
  const sender = message.sender.slice(1).replaceAll('.', '_');
  const path = `${DESKTOP}/request/${sender}/${token}`;
  bus.send(Message.newMethodReturn(message, 'o', [path]));
  void Promise.resolve(results()).then(([code, values]) => {
    const response = Message.newSignal(path, 'org.freedesktop.portal.Request', 'Response', 'ua{sv}', [code, values]);
    response.destination = message.sender;
    bus.send(response);
  });
}

function sessionOf(message, path, state) {
  const session = sessions.get(path);
  must(session?.owner === message.sender, 'Invalid session');
  must(state.includes(session.state), `Session is ${session.state}`);
  return session;
}

function closeSession(path) {
  const session = sessions.get(path);
  if (!sessions.delete(path)) return;
  const closed = Message.newSignal(path, 'org.freedesktop.portal.Session', 'Closed', 'a{sv}', [{}]);
  closed.destination = session.owner;
  bus.send(closed);
}

const METHODS = {
  CreateSession(message, [options]) {
    must(message.signature === 'a{sv}', 'signature');
    const token = option(options, 'session_handle_token', 's');
    must(/^[A-Za-z0-9_]+$/.test(token ?? ''), 'session_handle_token is no object path element');
    const path = `${DESKTOP}/session/${message.sender.slice(1).replaceAll('.', '_')}/${token}`;
    must(!sessions.has(path), 'this session exists');
    answerRequest(message, options, () => {
      sessions.set(path, { owner: message.sender, state: 'init', held: [] });
      return [0, { session_handle: new Variant('s', path) }];
    });
  },
  SelectDevices(message, [path, options]) {
    must(message.signature === 'oa{sv}', 'signature');
    const session = sessionOf(message, path, ['init']);
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
    const session = sessionOf(message, path, ['selected']);
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
      session.state = 'started';
      const token = `token-${Math.random().toString(36).slice(2)}`;
      writeFileSync(`${folder}/good`, token);
      return [0, { devices: new Variant('u', 1), restore_token: new Variant('s', token) }];
    });
  },
  async NotifyKeyboardKeysym(message, [path, , keysym, state]) {
    must(message.signature === 'oa{sv}iu', 'signature');
    const session = sessionOf(message, path, ['started']);
    must(state === 0 || state === 1, 'state');
    must((state === 1) !== session.held.includes(keysym), 'a key goes down once and up once');
    const { closeAtKey, dieAtKey, slowMs = 0, errorAtKey } = orders();
    if (state === 1) keysPressed += 1;
    if (state === 1 && keysPressed === errorAtKey) throw new Wrong('not now');
    if (state === 1 && keysPressed === closeAtKey) {
      closeSession(path);
      throw new Wrong('Invalid session');
    }
    if (state === 1 && keysPressed === dieAtKey) process.exit(1);
    await wait(slowMs);
    if (state === 1) session.held.push(keysym);
    else session.held.splice(session.held.indexOf(keysym), 1);
    if (state === 1 && !(keysym in MODIFIERS)) await press(session.held);
    bus.send(Message.newMethodReturn(message));
  },
  Get(message, [, name]) {
    const value = { version: 2, AvailableDeviceTypes: orders().types ?? 7 }[name];
    must(value !== undefined, 'no such property');
    bus.send(Message.newMethodReturn(message, 'v', [new Variant('u', value)]));
  },
  Close(message) {
    sessions.delete(message.path);
    bus.send(Message.newMethodReturn(message));
  },
};

const MODIFIERS = { 0xffe1: 'shift', 0xffe3: 'ctrl', 0xffe9: 'alt', 0xffeb: 'logo' };
const KEYS = { 0xff08: 'BackSpace', 0xff09: 'Tab', 0xff0d: 'Return', 0xff51: 'Left', 0xff63: 'Insert' };

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

bus.addMethodHandler((message) => {
  if (message.type !== MessageType.METHOD_CALL) return false;
  const method = METHODS[message.member];
  const known = [RD, 'org.freedesktop.DBus.Properties', 'org.freedesktop.portal.Session'];
  if (method === undefined || !known.includes(message.interface)) return false;
  note({ call: message.member });
  const fail = (error) => {
    note({ wrong: error.message });
    const name = 'org.freedesktop.portal.Error.InvalidArgument';
    bus.send(Message.newError(message, name, error.message));
  };
  try {
    void Promise.resolve(method(message, message.body)).catch(fail);
  } catch (error) {
    fail(error);
  }
  return true;
});
bus.on('connect', () => void bus.requestName('org.freedesktop.portal.Desktop', 4).then(() => console.log('ready')));
