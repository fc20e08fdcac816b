import { type FSWatcher, realpathSync, watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** An editor empties a file before it writes it, or replaces it by another: told when it is quiet again. */
const QUIET_MS = 50;

export interface FileWatch {
  close(): void;
}

/**
 * Calls `changed` after each change of a file that may not be there yet, that another one may replace, or that a link leads
 * to. `unseen`: a reason why changes are not seen. Keeps no process alive.
 */
export function watchFile(
  path: string,
  changed: () => void,
  unseen: (reason: string) => void,
): FileWatch {
  const watchers: FSWatcher[] = [];
  let quiet: NodeJS.Timeout | null = null;
  const soon = () => {
    if (quiet !== null) clearTimeout(quiet);
    quiet = setTimeout(changed, QUIET_MS);
    quiet.unref();
  };
  for (const file of new Set([path, followLinks(path)])) {
    try {
      // Its folder is watched, since another file may take its place.
      const watcher = watch(dirname(file), { persistent: false }, (_event, name) => {
        if (name === null || name === basename(file)) soon();
      });
      watchers.push(watcher.on('error', () => {}));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      unseen(`${file}: changes are not seen (${reason}): restart after each`);
    }
  }
  return {
    close() {
      if (quiet !== null) clearTimeout(quiet);
      for (const watcher of watchers) watcher.close();
    },
  };
}

/** Where a link leads, since a change there shows in no other folder. */
function followLinks(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return path;
  }
}
