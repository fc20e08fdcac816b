import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import dbus, { type MessageBus } from 'dbus-next';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type SleepWatchOptions, watchSleep } from '../../ts/system/desktop/logind.js';
import { projectRoot } from '../../ts/system/paths.js';
import { hasBusDaemon, serveOnBus, startPrivateBus } from './private-bus.js';

const FIXTURES = join(projectRoot(), 'test', 'fixtures', 'bin-systemd');

describe('watchSleep without a bus', () => {
  it('says so once and does nothing', async () => {
    const notes: string[] = [];
    const env = { DBUS_SYSTEM_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
    const watch = await watchSleep({
      env,
      onSleep: async () => {},
      onResume: () => {},
      onNote: (note) => notes.push(note),
    });
    await watch.close();
    expect(notes).toEqual(['no system bus: sleep is noticed only afterwards']);
  });
});

describe.skipIf(!hasBusDaemon)('watchSleep on a bus (needs dbus-daemon)', () => {
  let root: string;
  let bus: Awaited<ReturnType<typeof startPrivateBus>>;
  let logind: MessageBus;
  let env: NodeJS.ProcessEnv;

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'swictation-'));
    bus = await startPrivateBus(root);
    logind = await serveOnBus(bus.address, 'org.freedesktop.login1', () => null);
    env = {
      ...process.env,
      PATH: `${FIXTURES}:${process.env.PATH}`,
      INHIBIT_LOG: join(root, 'inhibit.log'),
      DBUS_SYSTEM_BUS_ADDRESS: bus.address,
    };
  });
  afterEach(async () => {
    logind.disconnect();
    await bus.stop();
    rmSync(root, { recursive: true, force: true });
  });

  function announce(goingToSleep: boolean) {
    const { Message } = dbus;
    const path = '/org/freedesktop/login1';
    const manager = 'org.freedesktop.login1.Manager';
    logind.send(Message.newSignal(path, manager, 'PrepareForSleep', 'b', [goingToSleep]));
  }

  function inhibitLog(): string[] {
    try {
      return readFileSync(join(root, 'inhibit.log'), 'utf8').trim().split('\n');
    } catch {
      return [];
    }
  }

  function watch(options: Partial<SleepWatchOptions>) {
    return watchSleep({ env, onSleep: async () => {}, onResume: () => {}, ...options });
  }

  it('delays sleep until the work is done, and again after waking up', async () => {
    const seen: string[] = [];
    const watching = await watch({
      onSleep: async () => {
        await expect.poll(inhibitLog).toEqual(['held']);
        seen.push('asleep');
      },
      onResume: () => seen.push('awake'),
    });
    announce(true);
    await expect.poll(inhibitLog).toEqual(['held', 'released']);
    expect(seen).toEqual(['asleep']);
    announce(false);
    await expect.poll(inhibitLog).toEqual(['held', 'released', 'held']);
    expect(seen).toEqual(['asleep', 'awake']);
    await watching.close();
    expect(inhibitLog()).toEqual(['held', 'released', 'held', 'released']);
  });

  it('lets the machine sleep although the work fails or hangs', async () => {
    const failing = await watch({ onSleep: () => Promise.reject(new Error('no')) });
    await expect.poll(inhibitLog).toEqual(['held']);
    announce(true);
    await expect.poll(inhibitLog).toEqual(['held', 'released']);
    await failing.close();
    const hanging = await watch({ onSleep: () => new Promise(() => {}), sleepDeadlineMs: 50 });
    await expect.poll(inhibitLog).toHaveLength(3);
    announce(true);
    await expect.poll(inhibitLog).toHaveLength(4);
    await hanging.close();
  });

  it('still hears of sleep where it can not be delayed', async () => {
    const notes: string[] = [];
    let asleep = () => {};
    const slept = new Promise<void>((resolve) => {
      asleep = resolve;
    });
    const watching = await watch({
      env: { ...env, PATH: '/nonexistent' },
      onNote: (note) => notes.push(note),
      onSleep: async () => asleep(),
    });
    announce(true);
    await slept;
    await watching.close();
    expect(notes).toEqual([
      "sleep can't be delayed: systemd-inhibit not found: install it or put it on PATH",
    ]);
  });

  it('hears nothing after it was closed', async () => {
    let heard = 0;
    const watching = await watch({
      onResume: () => {
        heard += 1;
      },
    });
    await watching.close();
    announce(false);
    await (await watch({})).close();
    expect(heard).toBe(0);
  });
});
