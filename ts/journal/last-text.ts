import { readFileSync, rmSync } from 'node:fs';
import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { SerialTask } from './serial-task.js';

/** The last text that was delivered, and what was typed for it. */
interface LastText {
  readonly text: string;
  readonly pieces: readonly (
    | { readonly kind: 'text'; readonly text: string }
    | { readonly kind: 'key'; readonly key: string }
  )[];
}

/** For `last` and `repeat`: one text, over a restart and an upgrade. */
export interface LastTextKeeper {
  /** What was kept; null where nothing was, or too long ago. */
  readonly recalled: LastText | null;
  keep(last: LastText): void;
  close(): Promise<void>;
}

const LAST_TEXT_NAME = 'last-text.json';
/** A restart takes seconds, a reboot minutes. Beyond that a text that was typed is not left lying on the disk. */
const KEPT_MS = 3_600_000;

const stored = z.object({
  v: z.literal(1),
  at: z.number(),
  text: z.string(),
  pieces: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('text'), text: z.string() }),
      z.object({ kind: z.literal('key'), key: z.string() }),
    ]),
  ),
});

/**
 * Keeps it beside the journal's folder, mode 0600, for an hour. A disk that takes nothing costs `repeat` after a restart and no
 * more, so nobody is told: the journal says what is wrong with it.
 */
export function openLastText(dir: string, nowEpochMs: () => number): LastTextKeeper {
  const path = join(dir, LAST_TEXT_NAME);
  let newest: string | null = null;
  let expiry: NodeJS.Timeout | undefined;
  const forget = () => rmSync(path, { force: true });
  const writing = new SerialTask(async () => {
    try {
      await writeFile(`${path}.part`, newest ?? '', { mode: 0o600 });
      await rename(`${path}.part`, path);
    } catch {
      newest = null;
    }
  });
  const found = recall(path, nowEpochMs());
  if (found === null) attempt(forget);
  return {
    recalled: found,
    keep({ text, pieces }) {
      newest = JSON.stringify({ v: 1, at: nowEpochMs(), text, pieces });
      writing.within(0);
      clearTimeout(expiry);
      expiry = setTimeout(() => attempt(forget), KEPT_MS).unref();
    },
    async close() {
      clearTimeout(expiry);
      if (newest !== null) await writing.now();
    },
  };
}

/** A text from the future is one that was kept before the clock was set back: as young as any. */
function recall(path: string, nowEpochMs: number): LastText | null {
  try {
    const { at, text, pieces } = stored.parse(JSON.parse(readFileSync(path, 'utf8')));
    return nowEpochMs - at > KEPT_MS ? null : { text, pieces };
  } catch {
    return null;
  }
}

function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // The folder can't be written now.
  }
}
