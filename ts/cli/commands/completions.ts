import { isShell, writeCompletions } from '../completions/write.js';
import { type CommandRun, wrongUsage } from '../context.js';

export const run: CommandRun = async ({ context, args, program }) => {
  const [shell = ''] = args;
  if (!isShell(shell)) throw wrongUsage(`No completions for ${JSON.stringify(shell)}`);
  context.stdout.write(writeCompletions(program, shell));
  return 0;
};
