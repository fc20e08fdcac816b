// What all interfaces of the fake portal share: the bus, requests and sessions as xdg-desktop-portal keeps them, and the folder
// FAKE_PORTAL: `orders.json` says how it behaves, `calls` is what it was asked.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import dbus from 'dbus-next';

const { Message, MessageType } = dbus;
export const folder = process.env.FAKE_PORTAL;
export const DESKTOP = '/org/freedesktop/portal/desktop';
export const bus = dbus.sessionBus({ busAddress: process.env.FAKE_PORTAL_BUS });
export const sessions = new Map();

export const orders = () =>
  existsSync(`${folder}/orders.json`) ? JSON.parse(readFileSync(`${folder}/orders.json`, 'utf8')) : {};
export const note = (line) => appendFileSync(`${folder}/calls`, `${JSON.stringify(line)}\n`);
export const wait = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** An answer that is an error of the portal. */
export class Wrong extends Error {
  constructor(message, name = 'InvalidArgument') {
    super(message);
    this.errorName = name;
  }
}
export const must = (isRight, message, name) => {
  if (!isRight) throw new Wrong(message, name);
};

export function option(options, name, signature) {
  const found = options[name];
  if (found === undefined) return undefined;
  must(found.signature === signature, `${name} must be ${signature}`);
  return found.value;
}

/** A request object, as every portal method that may ask the person makes one. */
export function answerRequest(message, options, results) {
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

/** The path of a new session of this kind. */
export function newSession(message, options, kind) {
  const token = option(options, 'session_handle_token', 's');
  must(/^[A-Za-z0-9_]+$/.test(token ?? ''), 'session_handle_token is no object path element');
  const path = `${DESKTOP}/session/${message.sender.slice(1).replaceAll('.', '_')}/${token}`;
  must(!sessions.has(path), 'this session exists');
  return [path, { kind, owner: message.sender, state: 'init', held: [] }];
}

export function sessionOf(message, path, kind, state) {
  const session = sessions.get(path);
  must(session?.owner === message.sender && session.kind === kind, 'Invalid session', 'AccessDenied');
  must(state.includes(session.state), `Session is ${session.state}`);
  return session;
}

export function closeSession(path) {
  const session = sessions.get(path);
  if (!sessions.delete(path)) return;
  const closed = Message.newSignal(path, 'org.freedesktop.portal.Session', 'Closed', 'a{sv}', [{}]);
  closed.destination = session.owner;
  bus.send(closed);
}

/** Serves these interfaces: methods by their names, and `Get` for properties. */
export function serve(interfaces) {
  bus.addMethodHandler((message) => {
    if (message.type !== MessageType.METHOD_CALL) return false;
    const isGet = message.interface === 'org.freedesktop.DBus.Properties' && message.member === 'Get';
    const methods = interfaces[isGet ? message.body[0] : message.interface];
    const method = methods?.[message.member];
    if (method === undefined) return false;
    note({ call: message.member });
    const fail = (error) => {
      note({ wrong: error.message });
      const name = `org.freedesktop.portal.Error.${error.errorName ?? 'Failed'}`;
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
}
