import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Problem } from '../../ts/domain/problem.js';
import { openJournal } from '../../ts/journal/open.js';
import type { JournalOptions, OpenedJournal } from '../../ts/journal/types.js';

export { countingPcm } from './counting-pcm.js';

const closers: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

/** A folder that is removed after the test. */
export function temporaryDir(): string {
  const dir = mkdtempSync(join(tmpdir(), 'journal-'));
  closers.push(() => rmSync(dir, { recursive: true, force: true }));
  return join(dir, 'journal');
}

export interface TestJournal extends OpenedJournal {
  readonly dir: string;
  readonly problems: Problem[];
}

export async function openTest(
  dir: string,
  options: Partial<JournalOptions> = {},
): Promise<TestJournal> {
  const problems: Problem[] = [];
  const opened = await openJournal({
    dir,
    quotaMb: 500,
    keepDeliveredHours: 0,
    onProblem: (problem) => problems.push(problem),
    nowEpochS: () => 1_000,
    ...options,
  });
  closers.push(() => opened.journal.close());
  return { ...opened, dir, problems };
}

/** File names in the journal folder, without the index. */
export function soundFiles(dir: string): string[] {
  return readdirSync(dir).filter((name) => name.endsWith('.pcm') || name.endsWith('.wav'));
}
