import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import type { Problem } from '../../ts/domain/problem.js';
import { openJournal } from '../../ts/journal/open.js';
import type { JournalOptions, OpenedJournal } from '../../ts/journal/types.js';

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

/** `samples` samples that count up from `from`, so that each shows where it belongs. */
export function countingPcm(from: number, samples: number): Buffer {
  const pcm = Buffer.alloc(samples * 2);
  for (let i = 0; i < samples; i += 1) pcm.writeUInt16LE((from + i) % 65_536, i * 2);
  return pcm;
}

/** File names in the journal folder, without the index. */
export function soundFiles(dir: string): string[] {
  return readdirSync(dir).filter((name) => name.endsWith('.pcm') || name.endsWith('.wav'));
}
