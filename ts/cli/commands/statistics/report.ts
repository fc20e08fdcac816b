import { join } from 'node:path';
import { readHistory } from '../../../history/read-history.js';
import { findOnPath } from '../../../system/find-on-path.js';
import { resolvePaths } from '../../../system/paths.js';
import { ensurePrivateDir } from '../../../system/private-dir.js';
import { runProgram } from '../../../system/process/process.js';
import {
  type Call,
  type CliContext,
  type CommandRun,
  print,
  textOption,
  wrongUsage,
} from '../../context.js';
import { flushHistory } from '../../link/flush-history.js';
import { writePage } from '../../link/write-page.js';

const SECONDS: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 };
const LONGEST_SPAN_S = 366 * 86_400;
const OPEN_LIMIT_MS = 10_000;

/** Without a file the page is opened in the browser, from a file that only its owner can read. */
export const run: CommandRun = async (call) => {
  const { context } = call;
  const spanS = readSpan(call);
  await flushHistory(context);
  const nowS = Date.now() / 1_000;
  const paths = resolvePaths(context.env);
  const items = readHistory(paths.historyDir, nowS - spanS);
  const target = textOption(call, 'html');
  if (items.length === 0) {
    print(
      context.stderr,
      'No history in this time: it begins with the first dictation, unless [metrics] history_days is 0.',
    );
    if (target === undefined) return 0;
  }
  const fromS = Math.max(nowS - spanS, items[0]?.atS ?? nowS - spanS);
  const frame = { source: 'what happened', clock: 'epoch', fromS, toS: nowS } as const;
  if (target !== undefined) return writePage(context, items, frame, target);
  ensurePrivateDir(paths.runtimeDir);
  const file = join(paths.runtimeDir, 'report.html');
  writePage(context, items, frame, file);
  return openInBrowser(context, file);
};

function readSpan(call: Call): number {
  const text = textOption(call, 'since') ?? '24h';
  const found = /^(\d+(?:\.\d+)?)([mhd]?)$/.exec(text);
  const spanS = Number(found?.[1]) * (SECONDS[found?.[2] || 'h'] ?? Number.NaN);
  if (spanS > 0 && spanS <= LONGEST_SPAN_S) return spanS;
  throw wrongUsage(`--since takes hours, or a span as 30m, 12h, 7d, not ${JSON.stringify(text)}`);
}

async function openInBrowser(context: CliContext, file: string): Promise<number> {
  const opener = findOnPath('xdg-open', context.env);
  if (opener === null) {
    print(context.stderr, 'xdg-open is missing, so open the file yourself');
    return 1;
  }
  const { code } = await runProgram(opener, [file], { env: context.env, timeoutMs: OPEN_LIMIT_MS });
  if (code === 0) return 0;
  print(context.stderr, 'no browser could be opened: open the file yourself');
  return 1;
}
