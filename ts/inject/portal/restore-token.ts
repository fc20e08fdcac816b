import { readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';

/** The portal's word that the person has agreed before. It is good for once: each answer brings the next one. */
export interface RestoreToken {
  read(): string | null;
  /** Null: there is none any more. Rejects where the disk takes nothing. */
  keep(token: string | null): Promise<void>;
}

/** Kept in a file that only its owner reads (0600): whoever has the token may type without asking. */
export function restoreTokenIn(path: string): RestoreToken {
  return {
    read() {
      try {
        return readFileSync(path, 'utf8').trim() || null;
      } catch {
        return null;
      }
    },
    async keep(token) {
      if (token === null) {
        rmSync(path, { force: true });
        return;
      }
      await writeFile(`${path}.part`, token, { mode: 0o600 });
      await rename(`${path}.part`, path);
    },
  };
}
