import dbus, { type MessageBus } from 'dbus-next';
import { hasBusDaemon, serveOnBus, startPrivateBus } from '../system/private-bus.js';
import type { Rig } from './rig.js';

const running = new WeakMap<Rig, Logind>();

/** logind on a message bus of its own: it says when the machine sleeps and wakes up. */
export class Logind {
  private constructor(private readonly bus: MessageBus) {}

  /** Starts it for a rig. Returns why that can't be done, if so. Call it before the daemon starts. */
  static async start(rig: Rig): Promise<string | null> {
    if (!hasBusDaemon) return 'dbus-daemon is not installed';
    const bus = await startPrivateBus(rig.desk.dir);
    const logind = await serveOnBus(bus.address, 'org.freedesktop.login1', () => null);
    rig.own(async () => {
      logind.disconnect();
      await bus.stop();
    });
    rig.env.DBUS_SYSTEM_BUS_ADDRESS = bus.address;
    running.set(rig, new Logind(logind));
    return null;
  }

  static of(rig: Rig): Logind {
    const logind = running.get(rig);
    if (logind === undefined) throw new Error('no logind was started');
    return logind;
  }

  announce(goingToSleep: boolean): void {
    const path = '/org/freedesktop/login1';
    const manager = 'org.freedesktop.login1.Manager';
    const signal = dbus.Message.newSignal(path, manager, 'PrepareForSleep', 'b', [goingToSleep]);
    this.bus.send(signal);
  }
}
