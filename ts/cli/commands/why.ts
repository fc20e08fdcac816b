import { type CommandRun, hasFlag, parseCount, print, textOption } from '../context.js';
import { describeDecision } from '../decision-line.js';
import { readDecisions } from '../read-decisions.js';

export const run: CommandRun = async (call) => {
  const { context } = call;
  const limit = parseCount('-n', textOption(call, 'n') ?? '10');
  const decisions = await readDecisions(context, limit);
  if (hasFlag(call, 'json')) print(context.stdout, ...decisions.map((one) => JSON.stringify(one)));
  else if (decisions.length === 0) print(context.stderr, 'No decision was made yet.');
  else print(context.stdout, ...decisions.map(describeDecision));
  return 0;
};
