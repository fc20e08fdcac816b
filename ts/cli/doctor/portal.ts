import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { clipboardWay } from '../../system/desktop/clipboard-way.js';
import { canLendKeyboard } from '../../system/desktop/portal/remote-keyboard.js';
import { resolvePaths } from '../../system/paths.js';
import { type Env, installCommand } from './check.js';

/** Whether text can be typed through the desktop's portal; where it can't, why, and the next command where there is one. */
export type PortalState =
  | { readonly works: true; readonly detail: string }
  | { readonly works: false; readonly reason: string; readonly fix: string | null };

export async function examinePortal(env: Env): Promise<PortalState> {
  if (!(await canLendKeyboard(env))) {
    return { works: false, reason: 'no portal that lends a keyboard', fix: null };
  }
  const way = await clipboardWay(env);
  if (way.kind === 'none') {
    const fix = way.lacksXclip
      ? `${installCommand({ apt: 'xclip' }, env)}; swictation doctor`
      : null;
    return { works: false, reason: `portal: ${way.reason}`, fix };
  }
  const isAllowed = existsSync(join(resolvePaths(env).stateDir, 'portal-token'));
  const detail = isAllowed ? 'allowed' : 'the desktop asks once, when the daemon starts';
  return { works: true, detail: `portal (${detail})` };
}
