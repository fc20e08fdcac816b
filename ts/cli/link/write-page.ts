import { closeSync, openSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { HistoryItem } from '../../domain/history.js';
import { Problem } from '../../domain/problem.js';
import { readPageAssets } from '../../report/assets.js';
import { collect, type Frame } from '../../report/collect.js';
import { renderReport } from '../../report/page-html.js';
import { type CliContext, print } from '../context.js';

/** Writes the page of what has happened to a file (0600), or to stdout for `-`. Throws a Problem where it can't. */
export function writePage(
  context: CliContext,
  items: readonly HistoryItem[],
  frame: Frame,
  target: string,
): number {
  const html = renderReport(collect(items, frame), readPageAssets());
  if (target === '-') {
    context.stdout.write(html);
    return 0;
  }
  writePrivately(target, html);
  print(context.stderr, `written to ${target}: open it in a browser`);
  return 0;
}

/** Nobody but its owner can read it, also where the file was there with other rights. */
function writePrivately(target: string, content: string): void {
  try {
    const file = openSync(resolve(target), 'w', 0o600);
    try {
      writeFileSync(file, content);
    } finally {
      closeSync(file);
    }
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new Problem(
      'page_unwritable',
      `${target} can't be written (${reason}): name another file with --html`,
      { cause },
    );
  }
}
