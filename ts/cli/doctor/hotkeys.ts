import type { Config } from '../../config/config.js';
import { canLendKeys, OWN_BINDING } from '../../system/desktop/portal/global-shortcuts.js';
import type { CliContext } from '../context.js';
import { readSnapshotIfUp } from '../link/daemon-link.js';
import { broken, type Check, fine } from './check.js';

const NAME = 'hotkeys';

/** Who gives the key that starts a take: the desktop's portal, or its own settings of keys. */
export async function checkHotkeys(
  context: CliContext,
  { toggle, pushToTalk }: Config['hotkeys'],
): Promise<Check> {
  if (toggle === '' && pushToTalk === '') return await describeUnset(context);
  const state = (await readSnapshotIfUp(context))?.hotkeys ?? null;
  if (state?.by === 'portal') return fine(NAME, `by the desktop's portal: ${state.detail}`);
  if (state !== null) return broken(NAME, reasonOf(state.detail), OWN_BINDING);
  if (await canLendKeys(context.env)) {
    return fine(NAME, "by the desktop's portal, which asks when the daemon starts");
  }
  return broken(
    NAME,
    '[hotkeys] is set, and this desktop has no portal that lends keys',
    OWN_BINDING,
  );
}

async function describeUnset({ env }: CliContext): Promise<Check> {
  const portal = (await canLendKeys(env)) ? '; its portal lends keys, too: [hotkeys] toggle' : '';
  return fine(NAME, `by the desktop's own settings: ${OWN_BINDING}${portal}`);
}

/** The daemon's words end with what to do, which stands by itself here. */
function reasonOf(detail: string): string {
  return detail.replace(`; ${OWN_BINDING}`, '');
}
