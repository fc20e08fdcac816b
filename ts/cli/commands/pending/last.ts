import { type CommandRun, print } from '../../context.js';
import { askDaemon } from '../../link/daemon-link.js';

export const run: CommandRun = async ({ context }) => {
  const { text } = await askDaemon(context, { action: 'last' });
  if (typeof text === 'string') print(context.stdout, text);
  else print(context.stderr, 'Nothing was dictated yet.');
  return 0;
};
