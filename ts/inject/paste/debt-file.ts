import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import type { Contents } from './contents.js';

/** The state "pasted, restore pending": what has to be put back, and how the text is known that stands in its place. */
export interface Debt {
  readonly textHash: string;
  readonly contents: Contents;
}

const stored = z.object({
  v: z.literal(1),
  text_hash: z.string(),
  contents: z.record(z.string(), z.string()),
});

/**
 * The debt over a crash, in a file that only its owner reads (0600), from before the clipboard is filled until it is put back. It lies in
 * the runtime folder, which is memory, and ends with the session as the clipboard does.
 */
export class DebtFile {
  constructor(private readonly path: string) {}

  /** What an earlier run owes; null where it owes nothing. */
  read(): Debt | null {
    try {
      const found = stored.parse(JSON.parse(readFileSync(this.path, 'utf8')));
      return { textHash: found.text_hash, contents: new Map(Object.entries(found.contents)) };
    } catch {
      return null;
    }
  }

  write({ textHash, contents }: Debt): void {
    const value = { v: 1, text_hash: textHash, contents: Object.fromEntries(contents) };
    writeFileSync(`${this.path}.part`, JSON.stringify(value), { mode: 0o600 });
    renameSync(`${this.path}.part`, this.path);
  }

  clear(): void {
    rmSync(this.path, { force: true });
  }
}
