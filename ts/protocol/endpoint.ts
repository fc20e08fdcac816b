/** Longest path of a unix socket in bytes: `sun_path` of unix(7) without its closing zero. */
const MAX_SOCKET_PATH_BYTES = 107;

/**
 * What is wrong with a ZeroMQ endpoint to listen on, or null. Only this machine can be named: an absolute
 * `ipc://` path, or `tcp://` on a loopback address, because the interface has no password.
 */
export function findEndpointFlaw(endpoint: string): string | null {
  const path = ipcPath(endpoint);
  if (path !== null) return findPathFlaw(path);
  const tcp = /^tcp:\/\/(.+):(\d+)$/.exec(endpoint);
  if (tcp === null) return 'must be ipc:///absolute/path or tcp://127.0.0.1:PORT';
  const [, host = '', port = ''] = tcp;
  if (!isLoopback(host)) return `${host} is not a loopback address: use 127.0.0.1 or [::1]`;
  return Number(port) >= 1 && Number(port) <= 65_535 ? null : 'the port must be 1 to 65535';
}

/** The path of an `ipc://` endpoint, null for any other. */
export function ipcPath(endpoint: string): string | null {
  return endpoint.startsWith('ipc://') ? endpoint.slice('ipc://'.length) : null;
}

/** What is wrong with the path of a unix socket, or null. */
export function findPathFlaw(path: string): string | null {
  if (!path.startsWith('/')) return 'the path must be absolute';
  const bytes = Buffer.byteLength(path);
  if (bytes <= MAX_SOCKET_PATH_BYTES) return null;
  return `the path has ${bytes} bytes, at most ${MAX_SOCKET_PATH_BYTES} are possible`;
}

function isLoopback(host: string): boolean {
  return host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
