import { readFile } from 'node:fs/promises';
import type { HistoryItem } from '../../domain/history.js';
import { readRecordedRun } from '../../protocol/simulation/recorded-run.js';
import { replayRun } from '../../sim/replay-run.js';
import {
  type Call,
  type CommandRun,
  hasFlag,
  parseCount,
  print,
  textOption,
  wrongUsage,
} from '../context.js';
import { readDecisions } from '../link/read-decisions.js';
import { writePage } from '../link/write-page.js';
import { describeDecision } from '../screen/decision-line.js';

export const run: CommandRun = async (call) => {
  const { context } = call;
  const html = textOption(call, 'html');
  if (html !== undefined) return writeReplay(call, html);
  const decisions = await findDecisions(call);
  if (hasFlag(call, 'json')) print(context.stdout, ...decisions.map((one) => JSON.stringify(one)));
  else if (decisions.length === 0) print(context.stderr, 'No decision was made yet.');
  else print(context.stdout, ...decisions.map(describeDecision));
  return 0;
};

/** The page of a recorded run. */
async function writeReplay(call: Call, target: string): Promise<number> {
  const file = textOption(call, 'replay');
  if (file === undefined) {
    throw wrongUsage(
      '--html shows a recorded run: name it with --replay FILE, or type swictation report',
    );
  }
  const { replayHistory } = await import('../../sim/chronicle.js');
  const items = replayHistory([...readRecordedRun(await readRun(file))]);
  const frame = { source: `recorded run ${file}`, clock: 'run', fromS: null, toS: null } as const;
  return writePage(call.context, fromZero(items), frame, target);
}

/** The clock of the machine says nothing to a person: the run begins at 0. */
function fromZero(items: readonly HistoryItem[]): readonly HistoryItem[] {
  const startS = items[0]?.atS ?? 0;
  return items.map((item) => ({ ...item, atS: item.atS - startS }));
}

/** Those of the running daemon, or of a recorded run, made anew. */
async function findDecisions(call: Call): Promise<readonly Record<string, unknown>[]> {
  const count = textOption(call, 'n');
  const file = textOption(call, 'replay');
  if (file === undefined) return readDecisions(call.context, parseCount('-n', count ?? '10'));
  const decisions = replayRun(readRecordedRun(await readRun(file)));
  return count === undefined ? decisions : decisions.slice(-parseCount('-n', count));
}

async function readRun(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch {
    throw wrongUsage(`${file} can't be read: name a file that swictationd --record wrote`);
  }
}
