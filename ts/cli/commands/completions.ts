import { writeCompletions } from '../completions.js';
import { type CommandRun, wrongUsage } from '../context.js';

export const run: CommandRun = async ({ context, args, program }) => {
  const shell = args[0] ?? '';
  if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
    throw wrongUsage(`No completions for ${JSON.stringify(shell)}: ask for bash, zsh or fish`);
  }
  context.stdout.write(writeCompletions(program, shell));
  return 0;
};
