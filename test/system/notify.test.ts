import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Message, MessageBus } from 'dbus-next';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { busAddress } from '../../ts/system/desktop/dbus-address.js';
import { createNotifier } from '../../ts/system/desktop/notify.js';
import { hasBusDaemon, serveOnBus, startPrivateBus } from './private-bus.js';

const DEGRADED = { topic: 'degraded', summary: 'Dictation degraded', body: 'a < b & c' } as const;

describe('createNotifier without a bus', () => {
  it('reports the trouble and goes on', async () => {
    const trouble = await new Promise<string>((resolve) => {
      const env = { DBUS_SESSION_BUS_ADDRESS: 'unix:path=/nonexistent/bus' };
      createNotifier({ env, isEnabled: () => true, onTrouble: resolve }).notify(DEGRADED);
    });
    expect(trouble).toBe('no session bus');
  });
});

describe.skipIf(!hasBusDaemon)('createNotifier on a bus (needs dbus-daemon)', () => {
  let root: string;
  let bus: Awaited<ReturnType<typeof startPrivateBus>>;
  let desktop: MessageBus;
  let shown: unknown[][];
  let env: { DBUS_SESSION_BUS_ADDRESS: string };

  beforeEach(async () => {
    root = mkdtempSync(join(tmpdir(), 'swictation-'));
    bus = await startPrivateBus(root);
    shown = [];
    desktop = await serveOnBus(bus.address, 'org.freedesktop.Notifications', (call: Message) => {
      if (call.member !== 'Notify') return null;
      shown.push(call.body);
      return { signature: 'u', body: [40 + shown.length] };
    });
    env = { DBUS_SESSION_BUS_ADDRESS: bus.address };
  });
  afterEach(async () => {
    desktop.disconnect();
    await bus.stop();
    rmSync(root, { recursive: true, force: true });
  });

  it('shows summary and body, the body free of markup', async () => {
    const notifier = createNotifier({ env, isEnabled: () => true });
    notifier.notify(DEGRADED);
    await expect.poll(() => shown).toHaveLength(1);
    notifier.close();
    const [application, replaces, , summary, body] = shown[0] ?? [];
    expect([application, replaces, summary]).toEqual(['swictation', 0, 'Dictation degraded']);
    expect(body).toBe('a &lt; b &amp; c');
  });

  it('holds back within the gap, shows the last one then, in place of the first', async () => {
    const notifier = createNotifier({ env, isEnabled: () => true, minGapMs: 5_000 });
    notifier.notify(DEGRADED);
    await expect.poll(() => shown).toHaveLength(1);
    notifier.notify({ ...DEGRADED, summary: 'second' });
    notifier.notify({ ...DEGRADED, summary: 'third' });
    notifier.notify({ ...DEGRADED, topic: 'pending', summary: 'other topic' });
    await expect.poll(() => shown).toHaveLength(3);
    notifier.close();
    expect(shown.map((call) => [call[1], call[3]])).toEqual([
      [0, 'Dictation degraded'],
      [0, 'other topic'],
      [41, 'third'],
    ]);
  });

  it('is silent when turned off', async () => {
    createNotifier({ env, isEnabled: () => false }).notify(DEGRADED);
    const notifier = createNotifier({ env, isEnabled: () => true });
    notifier.notify({ ...DEGRADED, summary: 'only this' });
    await expect.poll(() => shown).toHaveLength(1);
    notifier.close();
    expect(shown[0]?.[3]).toBe('only this');
  });
});

describe('busAddress', () => {
  it('reads what the environment names', () => {
    const at = (value: string) => busAddress('session', { DBUS_SESSION_BUS_ADDRESS: value });
    expect(at('unix:path=/run/user/1000/bus,guid=1')).toBe('unix:socket=/run/user/1000/bus');
    expect(at('unix:abstract=/tmp/dbus-x')).toBe('unix:socket=\0/tmp/dbus-x');
    expect(at('tcp:host=a;unix:guid=1,path=/a%20b')).toBe('unix:socket=/a b');
    expect(at('tcp:host=a,port=1')).toBeNull();
    expect(busAddress('session', { XDG_RUNTIME_DIR: '/nonexistent' })).toBeNull();
  });
});
