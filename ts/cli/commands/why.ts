import { readFile } from 'node:fs/promises';
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
import { describeDecision } from '../screen/decision-line.js';

export const run: CommandRun = async (call) => {
  const { context } = call;
  const decisions = await findDecisions(call);
  if (hasFlag(call, 'json')) print(context.stdout, ...decisions.map((one) => JSON.stringify(one)));
  else if (decisions.length === 0) print(context.stderr, 'No decision was made yet.');
  else print(context.stdout, ...decisions.map(describeDecision));
  return 0;
};

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
