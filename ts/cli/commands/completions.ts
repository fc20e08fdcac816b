import { writeCompletions } from '../completions.js';
import { type CommandRun, wrongUsage } from '../context.js';
import { buildProgram } from '../program.js';

export const run: CommandRun = async ({ context, args }) => {
  const shell = args[0] ?? '';
  if (shell !== 'bash' && shell !== 'zsh' && shell !== 'fish') {
    throw wrongUsage(`No completions for ${JSON.stringify(shell)}: ask for bash, zsh or fish`);
  }
  const program = buildProgram({ choose: () => undefined, write: () => undefined });
  context.stdout.write(writeCompletions(program, shell));
  return 0;
};
