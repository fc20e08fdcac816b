import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dbus, { type MessageBus } from 'dbus-next';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ScreenLock } from '../../ts/system/desktop/window/screen-lock.js';
import { hasBusDaemon, serveOnBus, startPrivateBus } from './private-bus.js';

const SAVER = 'org.gnome.ScreenSaver';
const LOGIND = 'org.freedesktop.login1';

it('without a bus nothing is locked', async () => {
  const nowhere = 'unix:path=/nonexistent/bus';
  const env = { DBUS_SESSION_BUS_ADDRESS: nowhere, DBUS_SYSTEM_BUS_ADDRESS: nowhere };
  const lock = new ScreenLock(env);
  expect(await lock.isLocked()).toBe(false);
  lock.close();
});

describe.skipIf(!hasBusDaemon)('the lock screen on a bus (needs dbus-daemon)', () => {
  let root: string;
  let bus: Awaited<ReturnType<typeof startPrivateBus>>;
  let lock: ScreenLock;
  const served: MessageBus[] = [];
  const state = { active: false, hint: false, asked: 0 };

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'swictation-'));
    bus = await startPrivateBus(root);
    Object.assign(state, { active: false, hint: false, asked: 0 });
    lock = new ScreenLock({
      DBUS_SESSION_BUS_ADDRESS: bus.address,
      DBUS_SYSTEM_BUS_ADDRESS: bus.address,
    });
  });
  afterEach(async () => {
    lock.close();
    for (const each of served.splice(0)) each.disconnect();
    await bus.stop();
    rmSync(root, { recursive: true, force: true });
  });

  async function serveSaver() {
    const saver = await serveOnBus(bus.address, SAVER, ({ member }) => {
      if (member !== 'GetActive') return null;
      state.asked += 1;
      return { signature: 'b', body: [state.active] };
    });
    served.push(saver);
    return (active: boolean) => {
      state.active = active;
      const path = '/org/gnome/ScreenSaver';
      saver.send(dbus.Message.newSignal(path, SAVER, 'ActiveChanged', 'b', [active]));
    };
  }

  async function serveLogind() {
    const logind = await serveOnBus(bus.address, LOGIND, ({ member }) => {
      if (member !== 'Get') return null;
      state.asked += 1;
      return { signature: 'v', body: [new dbus.Variant('b', state.hint)] };
    });
    served.push(logind);
    return (hint: boolean) => {
      state.hint = hint;
      const changed = { LockedHint: new dbus.Variant('b', hint) };
      const face = 'org.freedesktop.DBus.Properties';
      const path = '/org/freedesktop/login1/session/_31';
      const body = [`${LOGIND}.Session`, changed, []];
      const signal = dbus.Message.newSignal(path, face, 'PropertiesChanged', 'sa{sv}as', body);
      logind.send(signal);
    };
  }

  it.each([
    ['the screen saver', serveSaver],
    ['logind', serveLogind],
  ])('%s says when it comes and goes, and nobody is asked for each text', async (_who, serve) => {
    const setLocked = await serve();
    for (let text = 0; text < 50; text += 1) expect(await lock.isLocked()).toBe(false);
    expect(state.asked).toBe(1);
    setLocked(true);
    await expect.poll(() => lock.isLocked()).toBe(true);
    setLocked(false);
    await expect.poll(() => lock.isLocked()).toBe(false);
    expect(state.asked).toBeLessThanOrEqual(3);
  });

  it('a screen saver that is started later is heard', async () => {
    expect(await lock.isLocked()).toBe(false);
    state.active = true;
    await serveSaver();
    await expect.poll(() => lock.isLocked()).toBe(true);
  });

  it('a bus that went away and came back is found again', async () => {
    expect(await lock.isLocked()).toBe(false);
    await bus.stop();
    bus = await startPrivateBus(root);
    expect(await lock.isLocked()).toBe(false);
  });
});
