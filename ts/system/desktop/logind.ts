import { within } from '../deadline.js';
import type { Env } from '../env.js';
import { type Bus, connectBus } from './dbus.js';
import { type Inhibitor, takeSleepInhibitor } from './sleep-inhibitor.js';

export interface SleepWatchOptions {
  readonly env: Env;
  /** The machine is about to sleep; it waits for the promise, at most `sleepDeadlineMs`. */
  readonly onSleep: () => Promise<void>;
  readonly onResume: () => void;
  /** Why sleep can't be announced or delayed here, in words for the log; said once per reason. */
  readonly onNote?: (note: string) => void;
  /** logind waits 5 s by default (InhibitDelayMaxSec), so 4 s by default here. */
  readonly sleepDeadlineMs?: number;
  /** Wait before a bus that went away is looked for again (default 30 s). */
  readonly reconnectMs?: number;
}

export interface SleepWatch {
  close(): Promise<void>;
}

const LOGIND = 'org.freedesktop.login1';
const PREPARE_FOR_SLEEP = {
  path: '/org/freedesktop/login1',
  interface: 'org.freedesktop.login1.Manager',
  member: 'PrepareForSleep',
};

/**
 * Hears from logind when the machine goes to sleep and wakes up, and holds a delay inhibitor in between,
 * so that `onSleep` has ended before the kernel stops. Without a system bus it does nothing but say so.
 */
export async function watchSleep(options: SleepWatchOptions): Promise<SleepWatch> {
  const note = sayOnce(options.onNote ?? (() => {}));
  let inhibitor: Inhibitor | null = null;
  let bus: Bus | null = null;
  let retry: NodeJS.Timeout | undefined;
  let closed = false;
  const inhibit = () => {
    inhibitor ??= takeSleepInhibitor(options.env, note);
  };
  const release = async () => {
    const held = inhibitor;
    inhibitor = null;
    await held?.release();
  };
  const handle = async (goingToSleep: unknown) => {
    if (closed) return;
    if (goingToSleep === true) {
      await within(settle(options.onSleep()), options.sleepDeadlineMs ?? 4_000);
      await release();
    } else if (goingToSleep === false) {
      inhibit();
      options.onResume();
    }
  };
  const connect = async () => {
    bus = await openBus(options.env, (body) => void handle(body[0]));
    if (closed) bus?.close();
    else if (bus === null) note('no system bus: sleep is noticed only afterwards');
    else inhibit();
    void bus?.ended.then(() => {
      if (!closed) retry = setTimeout(() => void connect(), options.reconnectMs ?? 30_000).unref();
    });
  };
  await connect();
  return {
    async close() {
      closed = true;
      clearTimeout(retry);
      bus?.close();
      await release();
    },
  };
}

async function openBus(
  env: Env,
  onSignal: (body: readonly unknown[]) => void,
): Promise<Bus | null> {
  const bus = await connectBus('system', env);
  try {
    await bus?.subscribe(PREPARE_FOR_SLEEP, LOGIND, onSignal);
    return bus;
  } catch {
    bus?.close();
    return null;
  }
}

/** What goes wrong before sleep must not keep the machine awake. */
function settle(work: Promise<void>): Promise<unknown> {
  return work.catch(() => {});
}

function sayOnce(say: (note: string) => void): (note: string) => void {
  const said = new Set<string>();
  return (note) => {
    if (said.has(note)) return;
    said.add(note);
    say(note);
  };
}
