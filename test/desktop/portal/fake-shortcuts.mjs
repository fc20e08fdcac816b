// `org.freedesktop.portal.GlobalShortcuts`, and the registry by which programs tell their desktop file. Lines on stdin are the keys:
// `press ID`, `release ID`, `close` (the session), `change` (the person has given other keys).
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import dbus from 'dbus-next';
import {
  answerRequest,
  bus,
  closeSession,
  DESKTOP,
  must,
  newSession,
  note,
  option,
  orders,
  sessionOf,
  sessions,
  wait,
} from './fake-protocol.mjs';

const { Message, Variant } = dbus;
const GS = 'org.freedesktop.portal.GlobalShortcuts';
/** As the shortcuts specification has it. */
const TRIGGER = /^((CTRL|ALT|SHIFT|NUM|LOGO)\+)*[A-Za-z0-9_]+$/;
const programs = new Map();
const seen = new Set();

export const REGISTRY = {
  Register(message, [id]) {
    must(message.signature === 'sa{sv}', 'signature');
    must(!seen.has(message.sender), 'Registered too late');
    const file = `${process.env.XDG_DATA_HOME}/applications/${id}.desktop`;
    must(existsSync(file), `Could not register app ID: no ${id}.desktop`, 'Failed');
    programs.set(message.sender, id);
    note({ program: id });
    bus.send(Message.newMethodReturn(message));
  },
};

export const GLOBAL_SHORTCUTS = {
  CreateSession(message, [options]) {
    must(message.signature === 'a{sv}', 'signature');
    must(!orders().needsProgram || programs.has(message.sender), 'An app id is required', 'NotAllowed');
    const [path, session] = newSession(message, options, GS);
    note({ session: path.split('/').pop() });
    answerRequest(message, options, () => {
      sessions.set(path, session);
      return [0, { session_handle: new Variant('s', path) }];
    });
  },
  BindShortcuts(message, [path, shortcuts, parent, options]) {
    must(message.signature === 'oa(sa{sv})sa{sv}' && parent === '', 'signature');
    const session = sessionOf(message, path, GS, ['init']);
    session.state = 'binding';
    const bound = shortcuts.map(([id, wish]) => {
      must(id !== '', 'Unexpected empty shortcut id');
      must(Object.keys(wish).every((key) => ['description', 'preferred_trigger'].includes(key)), 'unknown key');
      must(option(wish, 'description', 's'), 'description');
      const trigger = option(wish, 'preferred_trigger', 's');
      must(trigger === undefined || TRIGGER.test(trigger), `no trigger: ${trigger}`);
      note({ wished: [id, trigger ?? null] });
      return [id, wish.description, trigger ?? ''];
    });
    answerRequest(message, options, async () => {
      const { refuseKeys = 0, askMs = 0, dieAsked, keyless } = orders();
      if (dieAsked) process.exit(1);
      await wait(askMs);
      if (refuseKeys !== 0) {
        sessions.delete(path);
        return [refuseKeys, {}];
      }
      session.state = 'bound';
      return [0, { shortcuts: new Variant('a(sa{sv})', described(keyless ? bound.map(([id, text]) => [id, text, '']) : bound)) }];
    });
  },
  Get(message, [, name]) {
    must(name === 'version' && !orders().noKeys, 'no such property');
    seen.add(message.sender);
    bus.send(Message.newMethodReturn(message, 'v', [new Variant('u', 2)]));
  },
};

const described = (bound) =>
  bound.map(([id, description, trigger]) => [id, { description, trigger_description: new Variant('s', trigger) }]);

/** To the owner of the session alone, as the portal sends its signals. */
function signal(path, { owner }, member, signature, values) {
  const sent = Message.newSignal(DESKTOP, GS, member, signature, [path, ...values]);
  sent.destination = owner;
  bus.send(sent);
}

createInterface({ input: process.stdin }).on('line', (line) => {
  const [order, id] = line.split(' ');
  for (const [path, session] of [...sessions].filter(([, { kind }]) => kind === GS)) {
    const key = [id, BigInt(Date.now()), {}];
    if (order === 'press') signal(path, session, 'Activated', 'osta{sv}', key);
    if (order === 'release') signal(path, session, 'Deactivated', 'osta{sv}', key);
    const other = described([['toggle', new Variant('s', 'Start or stop dictation'), 'Pause']]);
    if (order === 'change') signal(path, session, 'ShortcutsChanged', 'oa(sa{sv})', [other]);
    if (order === 'close') closeSession(path);
  }
});
