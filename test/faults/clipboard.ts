import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Fault } from './faults.js';
import type { Rig } from './rig.js';

/**
 * Nothing can type, so a text goes to the clipboard. The service is restarted before the person pastes it, which ends the
 * program that owns the clipboard, too.
 */
export function restartBehindClipboard(restart: Pick<Fault, 'strike' | 'mend'>): Fault {
  return {
    ...restart,
    name: 'restart behind a clipboard delivery',
    sink: 'auto',
    moments: ['pause'],
    async prepare(rig) {
      rig.desk.uninstall('wtype');
      rig.desk.install('wl-copy');
      return null;
    },
    async strike(rig) {
      await rig.until(() => rig.desk.clipboard !== '' && isNoted(rig));
      await restart.strike(rig);
      rig.desk.emptyClipboard();
    },
  };
}

/** What a kill within the 50 ms before it leaves is in doubt, as after every kill in the middle of a delivery. */
function isNoted({ workspace }: Rig): boolean {
  return readFileSync(join(workspace.journalDir, 'index.log'), 'utf8').includes('in_clipboard');
}
