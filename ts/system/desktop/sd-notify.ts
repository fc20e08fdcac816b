import type { Env } from '../env.js';
import { runProgram } from '../process/process.js';

/** Tells the service manager how the daemon is. Without one (no `NOTIFY_SOCKET`) all of it does nothing. */
export interface ServiceManager {
  /** The daemon takes commands from now on. */
  ready(status: string): Promise<void>;
  /** One line for `systemctl status`. */
  status(line: string): Promise<void>;
  stopping(): Promise<void>;
  /** Reports life as often as the service asks for it, while `isHealthy` says so. */
  startWatchdog(isHealthy: () => boolean): { close(): void };
}

const SEND_MS = 5_000;

/**
 * Node has no datagram sockets for files, so messages go through the `systemd-notify` program, which every
 * machine has that sets `NOTIFY_SOCKET`. It is another process, so the unit needs `NotifyAccess=all`.
 */
export function connectServiceManager(env: Env): ServiceManager {
  const send = async (...assignments: string[]) => {
    if (!env.NOTIFY_SOCKET) return;
    await runProgram('systemd-notify', assignments, { env: { ...env }, timeoutMs: SEND_MS });
  };
  return {
    ready: (status) => send('READY=1', statusOf(status)),
    status: (line) => send(statusOf(line)),
    stopping: () => send('STOPPING=1'),
    startWatchdog(isHealthy) {
      const everyMs = watchdogIntervalMs(env);
      if (everyMs === null) return { close() {} };
      const beat = () => {
        if (isHealthy()) void send('WATCHDOG=1');
      };
      beat();
      const timer = setInterval(beat, everyMs);
      timer.unref();
      return { close: () => clearInterval(timer) };
    },
  };
}

/** A third of what the service manager allows; null where it asks for nothing, or asks another process. @forTests */
export function watchdogIntervalMs(env: Env): number | null {
  const limitUs = Number(env.WATCHDOG_USEC);
  if (!env.NOTIFY_SOCKET || !Number.isFinite(limitUs) || limitUs <= 0) return null;
  if (env.WATCHDOG_PID && env.WATCHDOG_PID !== String(process.pid)) return null;
  return limitUs / 1000 / 3;
}

function statusOf(line: string): string {
  return `STATUS=${line.replace(/\s+/g, ' ')}`;
}
