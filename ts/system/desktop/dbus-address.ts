import { existsSync } from 'node:fs';
import type { Env } from '../env.js';

export type BusKind = 'system' | 'session';

/** The address of a bus as dbus-next understands it; null where `env` and the usual places name none. */
export function busAddress(kind: BusKind, env: Env): string | null {
  const named = kind === 'system' ? env.DBUS_SYSTEM_BUS_ADDRESS : env.DBUS_SESSION_BUS_ADDRESS;
  if (named) return firstUnixAddress(named);
  const usual = kind === 'system' ? '/run/dbus/system_bus_socket' : userBusSocket(env);
  return usual !== null && existsSync(usual) ? `unix:socket=${usual}` : null;
}

function userBusSocket(env: Env): string | null {
  return env.XDG_RUNTIME_DIR ? `${env.XDG_RUNTIME_DIR}/bus` : null;
}

/** `socket=` makes dbus-next use Node's own sockets, which know abstract names, in place of an add-on. */
function firstUnixAddress(addresses: string): string | null {
  for (const address of addresses.split(';')) {
    const path = /^unix:(?:.*,)?path=([^,]+)/.exec(address)?.[1];
    if (path !== undefined) return `unix:socket=${decodeURIComponent(path)}`;
    const abstract = /^unix:(?:.*,)?abstract=([^,]+)/.exec(address)?.[1];
    if (abstract !== undefined) return `unix:socket=\0${decodeURIComponent(abstract)}`;
  }
  return null;
}
