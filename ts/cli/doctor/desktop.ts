import { waylandDisplay, x11Display } from '../../system/desktop/display.js';
import { findOnPath } from '../../system/find-on-path.js';
import { runProgram } from '../../system/process/process.js';
import { broken, type Check, type Env, fine, installCommand } from './check.js';
import { examinePortal } from './portal.js';
import { examineYdotool } from './ydotool.js';

const CONNECT_MS = 3_000;

export function checkSession(env: Env): Check {
  const display = waylandDisplay(env);
  if (display !== null) return fine('session', `Wayland (${display})`);
  if (x11Display(env) !== null) return fine('session', `X11 (${env.DISPLAY})`);
  return broken('session', 'neither Wayland nor X11', 'log in to a desktop and ask there again');
}

/** The first program that types here, in the order in which the daemon tries them. */
export async function checkInjector(env: Env): Promise<Check> {
  const display = waylandDisplay(env);
  if (display !== null) return checkWayland({ ...env, WAYLAND_DISPLAY: display });
  const ydotool = await examineYdotool(env);
  if (ydotool.works) return fine(NAME, ydotool.name);
  if (x11Display(env) === null) {
    return broken(NAME, 'no session to type into', 'log in to a desktop');
  }
  if (findOnPath('xdotool', env) !== null) return fine(NAME, 'xdotool');
  return missing('xdotool', env);
}

const NAME = 'injector';

async function checkWayland(env: Env): Promise<Check> {
  const reason = await whyWtypeFails(env);
  if (reason === null) return fine(NAME, 'wtype');
  const portal = await examinePortal(env);
  if (portal.works) return fine(NAME, `${portal.detail}; ${reason}`);
  if (portal.fix !== null) return broken(NAME, `${reason}; ${portal.reason}`, portal.fix);
  const ydotool = await examineYdotool(env);
  if (ydotool.works) return fine(NAME, `${ydotool.name} (${reason}; ${portal.reason})`);
  if (findOnPath('wtype', env) === null) return missing('wtype', env);
  return broken(
    NAME,
    `${reason}; ${portal.reason}; ${ydotool.reason}; ${describeClipboard(env)}`,
    ydotool.fix,
  );
}

/** A call that only waits a millisecond connects as a typing one does, and presses nothing. */
async function whyWtypeFails(env: Env): Promise<string | null> {
  if (findOnPath('wtype', env) === null) return 'wtype is not installed';
  const result = await runProgram('wtype', ['-s', '1'], { env, timeoutMs: CONNECT_MS });
  if (result.kind === 'ended' && result.code === 0) return null;
  return result.stderr.includes('virtual keyboard')
    ? 'wtype: this compositor has no virtual keyboard'
    : 'wtype reaches no compositor';
}

function missing(program: string, env: Env): Check {
  const detail = `${program} is not installed; ${describeClipboard(env)}`;
  return broken(NAME, detail, installCommand({ apt: program }, env));
}

function describeClipboard(env: Env): string {
  const copier = waylandDisplay(env) === null ? 'xclip' : 'wl-copy';
  const isThere = findOnPath(copier, env) !== null;
  return isThere ? 'texts go to the clipboard' : 'texts wait in swictation pending';
}
