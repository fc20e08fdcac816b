import { readdirSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DecodedLog } from './index/lines.js';
import { BROKEN_PREFIX, DRAFT_SUFFIX, INDEX_DRAFT_NAME } from './names.js';

const MAX_COPIES = 3;
const MAX_COPY_BYTES = 1_000_000;

/** Keeps what a repair leaves out of the index: the newest three copies, the first megabyte of each. */
export function keepBrokenCopy(dir: string, log: DecodedLog, nowEpochS: number): void {
  const bytes = Buffer.concat([...log.damaged, log.torn]).subarray(0, MAX_COPY_BYTES);
  if (bytes.length === 0) return;
  writeFileSync(join(dir, `${BROKEN_PREFIX}${Math.round(nowEpochS * 1000)}`), bytes, {
    mode: 0o600,
  });
  const copies = readdirSync(dir).filter((name) => name.startsWith(BROKEN_PREFIX));
  for (const name of copies.sort().slice(0, -MAX_COPIES)) unlinkSync(join(dir, name));
}

/** Removes drafts that a killed run did not finish; what they were made from is still there. */
export function removeDrafts(dir: string): void {
  for (const name of readdirSync(dir)) {
    if (name.endsWith(DRAFT_SUFFIX) || name === INDEX_DRAFT_NAME) unlinkSync(join(dir, name));
  }
}

/** Removes sound that nothing knows any more. */
export function removeForgotten(paths: readonly string[]): void {
  for (const path of paths) unlinkSync(path);
}
