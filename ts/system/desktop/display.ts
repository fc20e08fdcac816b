import { statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';

/** What libwayland and compositors call a session's socket when nobody chose a name. */
const USUAL_DISPLAYS = ['wayland-0', 'wayland-1'];

/**
 * The Wayland session, or null. A service that started before the compositor lacks `WAYLAND_DISPLAY`, so
 * the usual sockets count too.
 */
export function waylandDisplay(env: NodeJS.ProcessEnv): string | null {
  if (env.WAYLAND_DISPLAY) return env.WAYLAND_DISPLAY;
  const dir = env.XDG_RUNTIME_DIR ?? '';
  if (!isAbsolute(dir)) return null;
  return USUAL_DISPLAYS.find((name) => isSocket(join(dir, name))) ?? null;
}

/** A pure X11 session: under Wayland, X11's tools reach only the windows of XWayland. */
export function x11Display(env: NodeJS.ProcessEnv): string | null {
  return waylandDisplay(env) === null && env.DISPLAY ? env.DISPLAY : null;
}

/** False also where nobody may look, as in the runtime folder of another user. */
export function isSocket(path: string): boolean {
  try {
    return statSync(path).isSocket();
  } catch {
    return false;
  }
}
