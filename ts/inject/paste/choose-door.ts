import { clipboardWay } from '../../system/desktop/clipboard-way.js';
import type { ClipboardDoor } from './clipboard-door.js';
import { dataControlDoor } from './data-control.js';
import { xClipboardDoor } from './x-clipboard.js';

/** The way to the clipboard of this session, or what is missing for one. */
export async function chooseDoor(env: NodeJS.ProcessEnv): Promise<ClipboardDoor | string> {
  const way = await clipboardWay(env);
  switch (way.kind) {
    case 'data_control':
      return dataControlDoor(env, way.display);
    case 'xclip':
      return xClipboardDoor(env);
    case 'none':
      return way.reason;
    default:
      return way satisfies never;
  }
}
